/**
 * A server's life from here: started until it says that it is ready, told to end, or found ended. Readiness is what
 * this very process prints, never a connection to its port, which somebody else's server may be answering.
 */
import type { ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { EmbeddedFailure, PortTaken } from './embedded-failures.ts'
import { embeddedLimits } from './embedded-limits.ts'
import { type Program, spawnGuarded } from './guard.ts'

export interface Ending {
  /** False when the server ended by itself, or by a hand that is not ours. */
  asked: boolean
  /** One sentence, with the server's last words. */
  how: string
}

export interface ServerProcess {
  pid: number
  /** Settles once, when the server is gone. Never rejects. */
  ended: Promise<Ending>
  /** Ends the server in order: it writes what it must. Repeatable. */
  stop(): Promise<void>
  /** Ends the server as a crash would. */
  kill(): Promise<void>
}

export interface ServerPlan {
  name: string
  program: Program
  readyLine: RegExp
  portTakenLine: RegExp
  startMsMax: number
}

export async function startServer(plan: ServerPlan): Promise<ServerProcess> {
  const child = spawnGuarded(plan.program)
  const output = tailOf(child)
  let asked = false
  const ended = new Promise<Ending>((resolve) => {
    child.once('error', (error) =>
      resolve({ asked, how: `${plan.name} could not be started: ${error.message}` }),
    )
    // 'close' comes after the last line of output was read, 'exit' may come before.
    child.once('close', (code, signal) => {
      const words = asked ? '' : lastWords(output.lines)
      resolve({ asked, how: `${plan.name} ended with ${signal ?? `exit code ${code}`}.${words}` })
    })
  })
  const server: ServerProcess = {
    pid: child.pid ?? 0,
    ended,
    async stop() {
      asked = true
      child.kill(plan.program.stopSignal)
      const impatience = setTimeout(() => child.kill('SIGKILL'), embeddedLimits.stopMsMax)
      await ended
      clearTimeout(impatience)
    },
    async kill() {
      asked = true
      child.kill('SIGKILL')
      await ended
    },
  }
  await untilReady(plan, server, output)
  return server
}

async function untilReady(plan: ServerPlan, server: ServerProcess, output: Output): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const ready = new Promise<'ready'>((resolve) => {
    output.onLine = (line) => plan.readyLine.test(line) && resolve('ready')
  })
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(resolve, plan.startMsMax, 'late')
  })
  const first = await Promise.race([ready, late, server.ended])
  clearTimeout(timer)
  output.onLine = () => {}
  if (first === 'ready') return
  if (first === 'late') {
    await server.kill()
    const waited = `${plan.name} was not ready within ${plan.startMsMax / 1000} s.`
    throw new EmbeddedFailure(`${waited}${lastWords(output.lines)}`)
  }
  const taken = output.lines.some((line) => plan.portTakenLine.test(line))
  throw new (taken ? PortTaken : EmbeddedFailure)(first.how)
}

interface Output {
  lines: string[]
  onLine: (line: string) => void
}

function tailOf(child: ChildProcess): Output {
  const output: Output = { lines: [], onLine: () => {} }
  for (const stream of [child.stdout, child.stderr]) {
    if (!stream) continue
    createInterface({ input: stream }).on('line', (line) => {
      output.lines.push(line.slice(0, embeddedLimits.outputLineCharsMax))
      if (output.lines.length > embeddedLimits.outputLinesMax) output.lines.shift()
      output.onLine(line)
    })
  }
  return output
}

function lastWords(lines: string[]): string {
  return lines.length === 0
    ? ''
    : ` Its last words:\n${lines
        .slice(-10)
        .map((line) => `  ${line}`)
        .join('\n')}`
}
