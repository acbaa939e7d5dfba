/** Runs the crowd in its process, on a core of its own where there is one. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { onGeneratorCore } from '../rig/run-load.ts'
import type { CrowdJob, CrowdProgress, CrowdResult } from './crowd.ts'

export async function runCrowd(
  job: CrowdJob,
  onProgress: (progress: CrowdProgress) => void,
): Promise<CrowdResult> {
  const [program = '', ...args] = onGeneratorCore([
    process.execPath,
    resolve(import.meta.dirname, 'crowd.ts'),
  ])
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  let result: CrowdResult | null = null
  createInterface(child.stdout).on('line', (line) => {
    const told = JSON.parse(line) as CrowdProgress | CrowdResult
    if ('tally' in told) result = told
    else onProgress(told)
  })
  child.stdin.end(JSON.stringify(job))
  const [code] = await exited
  if (result === null) throw new Error(`The crowd ended with ${code} and told nothing`)
  return result
}
