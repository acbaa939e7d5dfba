import { expect, test } from 'vitest'
import { createInstruments } from '../../src/operate/metrics.ts'
import { createMetrics, watchPool } from '../../src/platform/metrics.ts'

const pool = { totalCount: 7, idleCount: 4, waitingCount: 2 }

function begin(countSeatSyncs: () => Promise<number> = async () => 3) {
  const metrics = createMetrics('rowlock_')
  return { metrics, instruments: createInstruments(metrics, { pool, countSeatSyncs }) }
}

test('series whose absence would look like health exist at 0 before anything happened', async () => {
  const page = await begin().metrics.page()
  for (const series of [
    'rowlock_double_bookings_total 0',
    'rowlock_claim_conflicts_total 0',
    'rowlock_locks_begun_total 0',
    'rowlock_bookings_started_total 0',
    'rowlock_bookings_confirmed_total 0',
    'rowlock_bookings_failed_total 0',
    'rowlock_lock_seats_seconds_count{outcome="outage"} 0',
    'rowlock_lock_seats_seconds_count{outcome="locked"} 0',
    'rowlock_payments_total{outcome="declined"} 0',
  ]) {
    expect(page).toContain(`\n${series}\n`)
  }
})

test('seat locking can be judged at its target, its warning and its critical time', async () => {
  const { metrics, instruments } = begin()
  instruments.lockSeatsSeconds.observe({ outcome: 'locked' }, 0.12)
  const page = await metrics.page()
  for (const [le, count] of [
    ['0.1', 0],
    ['0.15', 1],
    ['0.2', 1],
  ]) {
    expect(page).toContain(`rowlock_lock_seats_seconds_bucket{le="${le}",outcome="locked"} ${count}\n`)
  }
})

test('pool and backlog are read when the page is', async () => {
  const page = await begin().metrics.page()
  expect(page).toContain('\nrowlock_postgres_connections_open 7\n')
  expect(page).toContain('\nrowlock_postgres_connections_idle 4\n')
  expect(page).toContain('\nrowlock_postgres_waiting 2\n')
  expect(page).toContain('\nrowlock_seat_sync_backlog 3\n')
})

test('a source that fails or never answers does not take the page with it', async () => {
  for (const read of [() => Promise.reject(new Error('away')), () => new Promise<number>(() => {})]) {
    const page = await begin(read).metrics.page()
    expect(page).toContain('\nrowlock_seat_sync_backlog Nan\n')
    expect(page).toContain('\nrowlock_double_bookings_total 0\n')
  }
})

test('every metric of ours has a help text and a prefix, and the process has its own', async () => {
  const { metrics } = begin()
  const described = await metrics.registry.getMetricsAsJSON()
  expect(described.length).toBeGreaterThan(20)
  for (const { name, help } of described) {
    expect(help.length, name).toBeGreaterThan(10)
    expect(name).toMatch(/^(rowlock|process|nodejs)_/)
  }
})

test('two registries in one process do not meet', async () => {
  const one = begin()
  const two = begin()
  one.instruments.doubleBookings.inc()
  expect(await two.metrics.page()).toContain('\nrowlock_double_bookings_total 0\n')
  expect(() => watchPool(one.metrics, pool)).toThrow('already been registered')
})
