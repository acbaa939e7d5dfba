/** Imports a season of concerts: reads the whole file, and stores all of it or nothing. */
import {
  isTimeZone,
  Problems,
  readJsonFile,
  readSeason,
  type StoredSeason,
  storeSeason,
} from '../catalog/index.ts'
import type { Pool } from '../platform/postgres.ts'
import { openProgress } from '../platform/progress.ts'

export interface ImportEvents {
  file: string
  /** `Location=Area/Zone`, for locations whose time zone is not known. */
  timeZones: string[]
}

export interface ImportedEvents {
  problems: Problems
  /** null: nothing was stored, and `problems` says why. */
  stored: StoredSeason | null
}

export async function importEvents(pool: Pool, request: ImportEvents): Promise<ImportedEvents> {
  const problems = new Problems()
  const zones = readTimeZones(request.timeZones, problems)
  const root = await readJsonFile(request.file, problems)
  const season = root && readSeason(root, problems, zones)
  if (!season) return { problems, stored: null }
  const progress = openProgress('Storing events', season.events.length)
  try {
    return { problems, stored: await storeSeason(pool, season, progress.step) }
  } finally {
    progress.end()
  }
}

function readTimeZones(given: string[], problems: Problems): Map<string, string> {
  const zones = new Map<string, string>()
  for (const text of given) {
    const [, location, zone] = /^(.+)=([^=]+)$/.exec(text) ?? []
    if (location && zone && isTimeZone(zone)) zones.set(location, zone)
    else
      problems.add(
        'error',
        '--time-zone',
        'a location and its zone, like "Köln, Germany=Europe/Berlin"',
        text,
      )
  }
  return zones
}
