/** Imports a seating plan: reads the whole file, and stores it only when nothing in it is wrong. */
import { basename } from 'node:path'
import {
  countSeats,
  Problems,
  readJsonFile,
  readPretixPlan,
  type StoredVersion,
  slug,
  storePlan,
} from '../catalog/index.ts'
import type { Pool } from '../platform/postgres.ts'
import { openProgress } from '../platform/progress.ts'

export interface ImportPlan {
  file: string
  /** Names the lineage; a plan with a known key is its next version. The file's name when there is none. */
  key: string | undefined
  repairDuplicateSeatIds: boolean
}

export interface ImportedPlan {
  key: string
  problems: Problems
  /** null: nothing was stored, and `problems` says why. */
  stored: StoredVersion | null
}

export async function importPlan(pool: Pool, request: ImportPlan): Promise<ImportedPlan> {
  const key = request.key ?? slug(basename(request.file).replace(/(\.pretix)?\.json$/i, ''))
  const problems = new Problems()
  if (!/^[a-z0-9-]{1,80}$/.test(key)) {
    problems.add('error', '--key', 'up to 80 lower-case letters, digits and dashes', key)
  }
  const root = await readJsonFile(request.file, problems)
  if (!root) return { key, problems, stored: null }
  const progress = openProgress('Reading seats', countSeats(root))
  const draft = readPretixPlan(root, problems, { ...request, onSeat: progress.step })
  progress.end()
  return {
    key,
    problems,
    stored: draft && !problems.hasErrors ? await storePlan(pool, { key, draft }) : null,
  }
}
