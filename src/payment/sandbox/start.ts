/** Starts the sandbox as a child process that ends with us. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export interface SandboxProcess {
  url: string
  port: number
  pid: number
  stop(): Promise<void>
  kill(): Promise<void>
}

export interface SandboxProcessOptions {
  port?: number
  stateFile?: string
  log: (line: string) => void
}

export async function startSandboxProcess(options: SandboxProcessOptions): Promise<SandboxProcess> {
  const main = fileURLToPath(new URL('./main.ts', import.meta.url))
  const args = [main, '--child', '--port', String(options.port ?? 0)]
  if (options.stateFile) args.push('--state', options.stateFile)
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'pipe'] })
  const exited = once(child, 'exit')
  child.stdin.on('error', () => {})
  child.stderr.on('data', (data) => options.log(`sandbox: ${String(data).trimEnd()}`))
  const [line] = (await Promise.race([
    once(createInterface(child.stdout), 'line'),
    exited.then(([code]) => {
      throw new Error(`The payment sandbox ended with code ${code} before it listened`)
    }),
  ])) as [string]
  const port: number = JSON.parse(line).listening
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    pid: child.pid ?? 0,
    async stop() {
      child.stdin.end()
      await exited
    },
    async kill() {
      child.kill('SIGKILL')
      await exited
    },
  }
}
