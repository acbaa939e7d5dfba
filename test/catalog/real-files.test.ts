/** The real files, where they lie beside the project. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { importEvents, importPlan } from '../../src/operate/index.ts'
import { openPostgres, postgresDefaults } from '../../src/platform/postgres.ts'
import { freshDatabase } from '../world/postgres.ts'

const beside = resolve(import.meta.dirname, '../../../shared/data')
const plan = resolve(beside, 'plans/oval-two-level.pretix.json')
const season = resolve(beside, 'events/nyphil-2024-25.json')

test.skipIf(!existsSync(plan))(
  'the oval plan: refused by its 126 repeated ids, imported whole when repaired',
  async () => {
    const database = await freshDatabase()
    const postgres = openPostgres({ ...postgresDefaults, url: database.url }, () => {})
    const request = { file: plan, key: undefined, repairDuplicateSeatIds: false }
    const strict = await importPlan(postgres.pool, request)
    expect(strict.stored).toBeNull()
    expect(strict.problems.counts.error).toBe(420)
    expect(strict.problems.hints.join()).toContain('126 seat ids are used more than once, by 546 seats')
    const repaired = await importPlan(postgres.pool, { ...request, repairDuplicateSeatIds: true })
    expect(repaired).toMatchObject({
      key: 'oval-two-level',
      stored: { version: 1, seatCount: 738, added: 738 },
    })
    expect(repaired.problems.counts).toMatchObject({ error: 0, repaired: 420 })
    const again = await importPlan(postgres.pool, { ...request, repairDuplicateSeatIds: true })
    expect(again.stored).toMatchObject({ changed: false })
    await postgres.close()
    await database.drop()
  },
)

test.skipIf(!existsSync(season))(
  'the season: 144 programs, 28 venues, 250 of 252 concerts; twice changes nothing',
  async () => {
    const database = await freshDatabase()
    const postgres = openPostgres({ ...postgresDefaults, url: database.url }, () => {})
    const first = await importEvents(postgres.pool, { file: season, timeZones: [] })
    expect(first.stored).toMatchObject({
      venues: { added: 28 },
      events: { added: 144 },
      shows: { added: 250 },
    })
    expect(first.problems.list.filter(({ where }) => where.endsWith('.Time'))).toHaveLength(2)
    const again = await importEvents(postgres.pool, { file: season, timeZones: [] })
    expect(again.stored).toMatchObject({ venues: { same: 28 }, events: { same: 144 }, shows: { same: 250 } })
    const { rows } = await postgres.pool.query(
      `SELECT to_char(s.starts_at AT TIME ZONE v.time_zone, 'HH24:MI') AS at
       FROM show s JOIN venue v ON v.id = s.venue_id WHERE v.city = 'Cologne, Germany'`,
    )
    for (const { at } of rows) expect(at).toBe('20:00')
    await postgres.close()
    await database.drop()
  },
)
