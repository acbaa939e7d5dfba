/** Jobs on a real PostgreSQL: handed over once, done at least once, and none keeps another waiting. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Jobs, startJobs, type Task } from '../../src/platform/jobs.graphile.ts'
import { openPostgres, type Pool, type Postgres, postgresDefaults } from '../../src/platform/postgres.ts'
import { listJobs, retryJobs } from '../../src/platform/queued-jobs.ts'
import { until } from '../seating/seating-world.ts'
import { type FreshDatabase, freshDatabase } from '../world/postgres.ts'

let database: FreshDatabase
let postgres: Postgres
let pool: Pool
let opened: Jobs[]
let warnings: string[]

beforeAll(async () => {
  database = await freshDatabase()
  postgres = openPostgres({ ...postgresDefaults, url: database.url }, () => {})
  pool = postgres.pool
})
beforeEach(() => {
  opened = []
  warnings = []
})
afterEach(async () => {
  await Promise.all(opened.map((jobs) => jobs.close()))
  await pool.query('DELETE FROM outbox')
  await pool.query('DROP SCHEMA IF EXISTS graphile_worker CASCADE')
})
afterAll(async () => {
  await postgres.close()
  await database.drop()
})

function open(tasks: Record<string, Task>, limits = {}): Jobs {
  const tell = (_fields: object, message: string) => void warnings.push(message)
  const jobs = startJobs({
    ...{ pool, tasks, log: { info() {}, warn: tell, error: tell } },
    limits: { relayEveryMs: 20, pollEveryMs: 50, ...limits },
  })
  opened.push(jobs)
  return jobs
}

const ask = (task: string, key: string, payload: object = {}) =>
  pool.query(`INSERT INTO outbox (topic, payload) VALUES ('job', $1)`, [
    JSON.stringify({ task, key, payload }),
  ])

const askMany = (task: string, count: number) =>
  pool.query(
    `INSERT INTO outbox (topic, payload)
     SELECT 'job', jsonb_build_object('task', $1::text, 'key', $1 || n, 'payload', jsonb_build_object('n', n))
       FROM generate_series(1, $2) n`,
    [task, count],
  )

/** Two seconds in place of two minutes. */
const fast = { lostAfterMs: 2_000, findLostEveryMs: 100 }

const isQuiet = async () =>
  (await listJobs(pool)).length === 0 &&
  (await pool.query(`SELECT FROM outbox WHERE done_at IS NULL`)).rows.length === 0

test('what commits asked for is done once each, although three processes hand over and work', async () => {
  const done: number[] = []
  const note: Task = async (payload) => void done.push((payload as { n: number }).n)
  for (let process = 0; process < 3; process++) open({ note })
  await askMany('note', 300)
  await until('all are done', async () => done.length >= 300 && (await isQuiet()))
  expect(done.sort((a, b) => a - b)).toEqual(Array.from({ length: 300 }, (_, i) => i + 1))
})

test('what a transaction asked for and then rolled back is never done', async () => {
  const done: unknown[] = []
  open({ note: async (payload) => void done.push(payload) })
  const client = await pool.connect()
  await client.query('BEGIN')
  await client.query(
    `INSERT INTO outbox (topic, payload) VALUES ('job', '{"task":"note","key":"a","payload":{"n":1}}')`,
  )
  await client.query('ROLLBACK')
  client.release()
  await ask('note', 'b', { n: 2 })
  await until('the one is done', async () => done.length > 0 && (await isQuiet()))
  expect(done).toEqual([{ n: 2 }])
})

test('a job that always fails keeps nobody waiting, stays to be seen, and is done when it is tried again', async () => {
  const done: number[] = []
  let isPoisonous = true
  const tasks: Record<string, Task> = {
    note: async (payload) => void done.push((payload as { n: number }).n),
    poison: async () => {
      if (isPoisonous) throw new Error('no such printer')
    },
  }
  open(tasks, { attemptsMax: 1, concurrencyMax: 1 })
  await askMany('poison', 20)
  await askMany('note', 20)
  await until('the others are done', async () => done.length === 20)
  await until('the rest has failed', async () =>
    (await listJobs(pool)).every(({ state }) => state === 'failed'),
  )

  const failed = await listJobs(pool)
  expect(failed).toHaveLength(20)
  expect(failed[0]).toMatchObject({
    task: 'poison',
    attempts: 1,
    attemptsMax: 1,
    lastError: expect.stringMatching(/no such printer/),
  })
  expect(warnings.filter((message) => message.includes('last time'))).toHaveLength(20)

  isPoisonous = false
  expect(await retryJobs(pool, [failed[0]?.id ?? ''])).toBe(1)
  await until('one is gone', async () => (await listJobs(pool)).length === 19)
  expect(await retryJobs(pool, [])).toBe(19)
  await until('all are gone', isQuiet)
})

test('a job that fails is tried again later, by whichever process is there', async () => {
  let tries = 0
  open({
    flaky: async () => {
      if (++tries === 1) throw new Error('try later')
    },
  })
  await ask('flaky', 'one')
  await until('the second try', async () => tries === 2 && (await isQuiet()))
})

test('of two requests with one key, the second replaces the first while it waits', async () => {
  const done: unknown[] = []
  await ask('note', 'letter', { n: 1 })
  await ask('note', 'letter', { n: 2 })
  // Both are handed over before anybody works.
  const handing = open({}, {})
  await until(
    'both are handed over',
    async () => (await handing.relay()) === 0 && (await listJobs(pool)).length === 1,
  )
  open({ note: async (payload) => void done.push(payload) })
  await until('all is done', isQuiet)
  expect(done).toEqual([{ n: 2 }])
})

test('a process that ends lets its job finish', async () => {
  let finish = () => {}
  const finishing = new Promise<void>((resolve) => {
    finish = resolve
  })
  const seen: string[] = []
  const jobs = open({
    slow: async () => {
      seen.push('begun')
      await finishing
      seen.push('done')
    },
  })
  await ask('slow', 'one')
  await until('the slow one begins', async () => seen.length === 1)
  const closed = jobs.close().then(() => seen.push('closed'))
  finish()
  await closed
  expect(seen).toEqual(['begun', 'done', 'closed'])
  await until('the queue knows', isQuiet)
})

test('jobs wait while PostgreSQL cuts every connection again and again, and are done afterwards', async () => {
  const done: number[] = []
  open({ note: async (payload) => void done.push((payload as { n: number }).n) }, fast)
  await until('the first is done', async () => {
    await ask('note', 'first', { n: 0 })
    return done.length > 0
  })
  await askMany('note', 60)
  for (let cuts = 0; cuts < 8; cuts++) {
    const before = done.length
    await until('some are done', async () => done.length > before || new Set(done).size === 61)
    await pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()`,
    )
  }
  await until(
    'the others are done after the cuts',
    async () => new Set(done).size === 61 && (await isQuiet()),
    30_000,
  )
})

test('a job whose worker is gone is given to another, and one that hangs fails and is tried again', async () => {
  const tries: string[] = []
  open(
    {
      note: async () => void tries.push('note'),
      hang: (payload) => {
        tries.push('hang')
        return tries.length > 1 ? Promise.resolve() : new Promise(() => payload)
      },
    },
    { ...fast, jobMsMax: 200 },
  )
  await ask('hang', 'one')
  await until('it hangs', async () => tries.length === 1)
  await until(
    'it has failed',
    async () => (await listJobs(pool))[0]?.lastError?.includes('Not done within') ?? false,
  )
  await pool.query('UPDATE graphile_worker._private_jobs SET run_at = now()')
  await until('it is done', isQuiet)
  await pool.query(`SELECT graphile_worker.add_job('note', run_at => now() + interval '1 hour')`)
  await pool.query(
    `UPDATE graphile_worker._private_jobs SET run_at = now(), locked_by = 'somebody dead', locked_at = now()`,
  )
  await until('the other one is done', isQuiet)
  expect(tries).toEqual(['hang', 'hang', 'note'])
})
