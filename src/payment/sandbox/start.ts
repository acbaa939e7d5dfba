/**
 * Starts the sandbox as a child process, which cannot outlive this one: it reads from a pipe that closes however this
 * process ends. It is given nothing of this process's environment.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export interface SandboxProcessOptions {
  /** Any free port when left out; with a state file, the port it had before, if that is free. */
  port?: number
  /** Keeps payments over restarts. */
  stateFile?: string
  /** Before every answer of the protocol. */
  delayMs?: number
  /** Where buyers may be sent back to after an action. */
  returnOrigins?: readonly string[]
  log: (line: string) => void
}

export interface SandboxProcess {
  url: string
  port: number
  pid: number
  /** Ends it in order. Repeatable. */
  stop(): Promise<void>
  /** Ends it as a crash would. Repeatable. */
  kill(): Promise<void>
}

const startMsMax = 20_000
const stopMsMax = 5_000

export async function startSandboxProcess(options: SandboxProcessOptions): Promise<SandboxProcess> {
  const main = fileURLToPath(new URL('./main.ts', import.meta.url))
  const child = spawn(process.execPath, [main, ...flagsOf(options)], {
    // A group of its own: a terminal's Ctrl-C reaches this process alone, which closes in order.
    detached: true,
    env: {},
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  child.stdin.on('error', () => {})
  let words = ''
  child.stderr.on('data', (data) => {
    words = `${words}${data}`.slice(-2_000)
    options.log(`Payment sandbox: ${String(data).trimEnd()}`)
  })
  const ended = new Promise<string>((resolve) => {
    child.once('error', ({ message }) => resolve(message))
    child.once('exit', (code, signal) => resolve(`it ended with ${signal ?? `exit code ${code}`}`))
  })
  let asked = false
  const end = async (signal: NodeJS.Signals) => {
    asked = true
    child.kill(signal)
    const impatience = setTimeout(() => child.kill('SIGKILL'), stopMsMax)
    await ended
    clearTimeout(impatience)
  }

  const port = await untilListening(child, ended)
  if (typeof port === 'string') {
    await end('SIGKILL')
    throw new Error(`The payment sandbox did not start: ${port}. ${words.trim()}`)
  }
  void ended.then((how) => {
    if (!asked) options.log(`The payment sandbox is gone: ${how}.`)
  })
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    pid: child.pid ?? 0,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  }
}

function flagsOf({ port, stateFile, delayMs, returnOrigins = [] }: SandboxProcessOptions): string[] {
  return [
    '--ends-with-parent',
    ...(port === undefined ? [] : ['--port', String(port)]),
    ...(stateFile === undefined ? [] : ['--state', stateFile]),
    ...(delayMs === undefined ? [] : ['--delay-ms', String(delayMs)]),
    ...returnOrigins.flatMap((origin) => ['--return-origin', origin]),
  ]
}

/** The port, or why there is none. */
async function untilListening(child: ChildProcess, ended: Promise<string>): Promise<number | string> {
  if (!child.stdout) return 'it has no output'
  const late = AbortSignal.timeout(startMsMax)
  const line = once(createInterface({ input: child.stdout }), 'line', { signal: late })
  const first = line.then(([text]) => JSON.parse(text).listening as number)
  return await Promise.race([first.catch(() => 'it was not ready in time'), ended])
}
