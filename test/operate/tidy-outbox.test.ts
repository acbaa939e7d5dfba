/** The outbox stays small, and nothing that is still to be done is forgotten. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { tidyOutbox } from '../../src/operate/index.ts'
import { openPostgres, type Postgres, postgresDefaults } from '../../src/platform/postgres.ts'
import { type FreshDatabase, freshDatabase } from '../world/postgres.ts'

let database: FreshDatabase
let postgres: Postgres

beforeAll(async () => {
  database = await freshDatabase()
  postgres = openPostgres({ ...postgresDefaults, url: database.url }, () => {})
})
afterAll(async () => {
  await postgres.close()
  await database.drop()
})

test('rows done more than a week ago go, in rounds; younger ones and those not done stay', async () => {
  await postgres.pool.query(
    `INSERT INTO outbox (topic, payload, created_at, done_at)
     SELECT 'seat_sync', '{}', now() - interval '9 days', CASE WHEN n % 4000 <> 0 THEN now() - interval '8 days' END
       FROM generate_series(1, 12000) n`,
  )
  await postgres.pool.query(
    `INSERT INTO outbox (topic, payload, done_at) SELECT 'seat_sync', '{}', now() - interval '6 days' FROM generate_series(1, 10)`,
  )
  const [one, two] = await Promise.all([tidyOutbox(postgres.pool), tidyOutbox(postgres.pool)])
  expect(one + two).toBe(11_997)
  const { rows } = await postgres.pool.query(
    `SELECT count(*) FILTER (WHERE done_at IS NULL)::int AS waiting, count(*)::int AS rows FROM outbox`,
  )
  expect(rows[0]).toEqual({ waiting: 3, rows: 13 })
})
