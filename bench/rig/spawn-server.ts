/** A server process on a free port, as in production, pinned beside the load generator's core. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { cpuSecondsOf } from './cpu-seconds.ts'
import { pinToServerCores } from './run-load.ts'

export interface SpawnedServer {
  url: string
  pid: number
  cpuSeconds(): number
  stop(): Promise<void>
}

/** `main` prints one line of JSON, `{"listening": port}`, when it is ready. `program` null: it is one itself. */
export async function spawnServer(
  main: string,
  env: Record<string, string>,
  program: string | null = process.execPath,
): Promise<SpawnedServer> {
  const child = spawn(program ?? main, program === null ? [] : [main], {
    env: { PATH: process.env.PATH, NODE_ENV: 'production', PORT: '0', LOG_LEVEL: 'warn', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const lines = createInterface(child.stdout)
  const first = once(lines, 'line')
  // What it logs from then on is worth seeing: a bench that meets warnings measures something else.
  lines.on('line', (said) => said.startsWith('{"listening"') || console.error(said.slice(0, 1_000)))
  const [line] = (await Promise.race([
    first,
    exited.then(() => {
      throw new Error('The server ended before it listened')
    }),
  ])) as [string]
  const pid = child.pid ?? 0
  pinToServerCores(pid)
  return {
    url: `http://127.0.0.1:${JSON.parse(line).listening}`,
    pid,
    cpuSeconds: () => cpuSecondsOf(pid),
    async stop() {
      child.kill('SIGTERM')
      await exited
    },
  }
}
