/** Runs the load generator pinned to a core of its own, where there is one. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import type { LoadJob, LoadResult } from './load.ts'

const canPin = availableParallelism() > 1 && spawnSync('taskset', ['--version']).status === 0

/** The last core is the generator's; servers have the others. */
const serverCores = canPin ? `0-${availableParallelism() - 2}` : null

export function pinToServerCores(pid: number): void {
  if (serverCores !== null) spawnSync('taskset', ['-a', '-c', '-p', serverCores, String(pid)])
}

export function onGeneratorCore(command: string[]): string[] {
  return canPin ? ['taskset', '-c', String(availableParallelism() - 1), ...command] : command
}

export async function runLoad(job: LoadJob): Promise<LoadResult> {
  const load = resolve(import.meta.dirname, 'load.ts')
  const [program = '', ...args] = onGeneratorCore([process.execPath, load])
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const output = text(child.stdout)
  child.stdin.end(JSON.stringify(job))
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`The load generator ended with ${code}`)
  return JSON.parse(await output) as LoadResult
}
