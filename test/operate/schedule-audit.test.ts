import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { scheduleAudit } from '../../src/operate/audit/schedule-audit.ts'
import { openPostgres, type Postgres, postgresDefaults } from '../../src/platform/postgres.ts'
import { type FreshDatabase, freshDatabase } from '../world/postgres.ts'

let database: FreshDatabase
const opened: Postgres[] = []

beforeAll(async () => {
  database = await freshDatabase()
})
afterAll(async () => {
  for (const postgres of opened) await postgres.close()
  await database.drop()
})

function auditor() {
  const postgres = openPostgres({ ...postgresDefaults, url: database.url, connectionsMax: 2 }, () => {})
  opened.push(postgres)
  const audit = vi.fn(async () => {})
  const failures: unknown[] = []
  const { pool } = postgres
  const schedule = scheduleAudit({ pool, everyMs: 5, audit, onFailure: (error) => failures.push(error) })
  return { schedule, audit, failures, pool }
}

test('of several processes one audits, and when it ends another takes over', async () => {
  const all = [auditor(), auditor(), auditor()]
  const audits = () => all.filter(({ audit }) => audit.mock.calls.length > 0)
  await vi.waitFor(() => expect(audits()).toHaveLength(1))
  const [first] = audits()
  await vi.waitFor(() => expect(first?.audit.mock.calls.length).toBeGreaterThan(5))
  expect(audits()).toHaveLength(1)
  await first?.schedule.stop()
  await vi.waitFor(() => expect(audits()).toHaveLength(2))
  for (const { schedule } of all) await schedule.stop()
})

test('a lost connection gives the lock away, and the audit goes on somewhere', async () => {
  const one = auditor()
  await vi.waitFor(() => expect(one.audit).toHaveBeenCalled())
  const admin = openPostgres({ ...postgresDefaults, url: database.url, connectionsMax: 1 }, () => {})
  opened.push(admin)
  await admin.pool.query(
    `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()`,
  )
  const before = one.audit.mock.calls.length
  await vi.waitFor(() => expect(one.audit.mock.calls.length).toBeGreaterThan(before + 3))
  await one.schedule.stop()
})
