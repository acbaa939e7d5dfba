/**
 * What every test file of a run can share and costs much to make: the first to ask makes it, the others wait for it. Test
 * files are processes of their own, so they meet in the run's folder.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inject } from 'vitest'

const waitMsMax = 110_000
const lookEveryMs = 50

/** What is made must be readable as JSON. */
export async function onceInRun<Made>(name: string, make: () => Promise<Made>): Promise<Made> {
  const folder = join(inject('runFolder'), 'once')
  mkdirSync(folder, { recursive: true })
  const answer = join(folder, `${name}.json`)
  if (!isFirst(join(folder, `${name}.claim`))) return await madeByAnother<Made>(name, answer)
  try {
    const made = await make()
    tell(answer, { made })
    return made
  } catch (error) {
    tell(answer, { failure: error instanceof Error ? error.message : String(error) })
    throw error
  }
}

function isFirst(claim: string): boolean {
  try {
    mkdirSync(claim)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** Renamed into place, so that nobody reads half of it. */
function tell(answer: string, content: object): void {
  writeFileSync(`${answer}.new`, JSON.stringify(content))
  renameSync(`${answer}.new`, answer)
}

async function madeByAnother<Made>(name: string, answer: string): Promise<Made> {
  const deadlineMs = Date.now() + waitMsMax
  while (!existsSync(answer)) {
    if (Date.now() > deadlineMs) throw new Error(`Another test file has not finished making ${name}`)
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs))
  }
  const told = JSON.parse(readFileSync(answer, 'utf8')) as { made: Made } | { failure: string }
  if ('failure' in told) throw new Error(`Another test file could not make ${name}: ${told.failure}`)
  return told.made
}
