/** How the audit goes about it: what it leaves alone, what it counts, what it says it could not judge. */
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { bookingLimits } from '../../src/booking/booking-limits.ts'
import { type BookingState, bookingMoves, standingOf } from '../../src/booking/booking-state.ts'
import { auditLimits } from '../../src/operate/audit/audit-limits.ts'
import { knownStates } from '../../src/operate/audit/known-states.ts'
import {
  auditAndTell,
  auditReport,
  createAuditGauges,
  exitCodeOf,
  openLedgersToRead,
  openReport,
} from '../../src/operate/index.ts'
import { sandboxGateway } from '../../src/payment/index.ts'
import { type PaymentState, paymentMoves } from '../../src/payment/payment-state.ts'
import { createMetrics } from '../../src/platform/metrics.ts'
import { openPostgres, postgresDefaults } from '../../src/platform/postgres.ts'
import { LedgerAway } from '../../src/seating/index.ts'
import { seatingLimits } from '../../src/seating/seating-limits.ts'
import { buyer } from '../booking/booking-world.ts'
import { type AuditWorld, auditWorld, broken, told } from './audit-world.ts'

let world: AuditWorld

beforeAll(async () => {
  world = await auditWorld()
})
afterEach(() => world.forget())
afterAll(() => world.close())

const reportOf = (result: Awaited<ReturnType<AuditWorld['audit']>>) =>
  auditReport(openReport('audit'), result)

test('a system where seats were sold, cancelled, refunded, declined and locked is clean', async () => {
  await world.history()
  const result = await world.audit({ gateway: world.gateway })
  expect(broken(result)).toEqual([])
  expect(result).toMatchObject({
    findings: [],
    unjudged: [],
    judged: { bookings: 4, moving: 0, claims: 4, shows: 1, payments: 3, waitForPerson: 0 },
  })
  expect(exitCodeOf(reportOf(result))).toBe(0)
})

test('an empty system is clean', async () => {
  expect(broken(await world.audit({ gateway: world.gateway }))).toEqual([])
})

test('what changed a moment ago is left for the next audit', async () => {
  const { cancelled } = await world.history()
  await world.query('DELETE FROM refund WHERE booking_id = $1', [cancelled])
  const now = await world.auditRows({ limits: { stillMs: 60_000 } })
  expect(broken(now)).toEqual([])
  expect(now.judged).toMatchObject({ bookings: 0, moving: 4 })
  await world.query(`UPDATE booking SET updated_at = updated_at - interval '2 min' WHERE id = $1`, [
    cancelled,
  ])
  await world.query(`UPDATE booking_change SET at = at - interval '2 min'`)
  await world.query(`UPDATE ticket SET issued_at = issued_at - interval '2 min'`)
  expect(broken(await world.auditRows({ limits: { stillMs: 60_000 } })), 'its payment moved').toEqual([])
  await world.query(`UPDATE payment SET updated_at = updated_at - interval '2 min'`)
  const later = await world.auditRows({ limits: { stillMs: 60_000 } })
  expect(broken(later)).toEqual(['captures_have_tickets_or_refunds'])
  expect(later.judged).toMatchObject({ bookings: 1, moving: 3 })
})

test('a difference of ledgers that a second look does not find is none', async () => {
  const { showId } = await world.history()
  const sold = {
    seatNo: 0,
    ledger: { letter: 'a', holder: null },
    claims: { letter: 'b' as const, holder: 'x' },
  }
  const looks = [[sold], []]
  const ledgers = {
    positions: async (ids: number[]) => new Map(ids.map((id) => [id, { epoch: 1, seq: 1 }])),
    compareShow: async (id: number) => (id === showId ? (looks.shift() ?? []) : []),
  }
  expect(broken(await world.audit({ ledgers }))).toEqual([])
  expect(looks).toEqual([])
})

test('a ledger that is not built is not built by the audit, and is told', async () => {
  const { showId } = await world.history()
  const epoch = () => world.query('SELECT epoch FROM show_ledger WHERE show_id = $1', [showId])
  const before = (await epoch()).rows
  await world.one.redis.flushall()
  const result = await world.audit()
  expect(broken(result)).toEqual([])
  expect(result.judged.shows).toBe(0)
  expect(result.notes).toEqual([expect.stringContaining('1 shows have no ledger')])
  expect((await epoch()).rows).toEqual(before)
})

test('all findings are counted and the first ones listed, over any number of pages and snapshots', async () => {
  const showId = await world.world.show(world.one, { seats: 12 })
  const count = 12
  for (let seat = 0; seat < count; seat++) await world.book(showId, 100 + seat, [seat], 'tok_ok')
  await world.query(`UPDATE ticket SET state = 'void'`)
  await world.query(`UPDATE seat_claim SET lock_id = '00000000-0000-4000-8000-00000000dead'`)
  const limits = { bookingsPerPage: 5, claimsPerPage: 4, snapshotMsMax: 0, findingsPerCheckMax: 3 }
  const steps: Record<string, number> = {}
  const result = await world.auditRows({
    limits,
    startProgress: (what, total) => {
      steps[what] = -total
      return {
        steps(count) {
          steps[what] = (steps[what] ?? 0) + count
        },
        end() {},
      }
    },
  })
  expect(result.checks.filter(({ findings }) => findings > 0)).toMatchObject([
    { name: 'tickets_match_lines', findings: count },
    { name: 'claims_have_bookings', findings: count },
  ])
  expect(told(result)).toHaveLength(2 * limits.findingsPerCheckMax)
  expect(result.judged).toMatchObject({ bookings: count, claims: count })
  expect(steps).toEqual({ 'Auditing bookings': 0, 'Auditing claims': 0 })
  const report = reportOf(result)
  expect(exitCodeOf(report)).toBe(1)
  expect(report.notes.join('\n')).toContain('… and 9 more.')
})

test('what could not be judged is told with its cause, and is not clean', async () => {
  await world.history()
  const ledgers = {
    positions: () => Promise.reject(new LedgerAway(new Error('ECONNREFUSED'))),
    compareShow: async () => [],
  }
  const gateway = sandboxGateway({ url: 'http://127.0.0.1:1', timeoutMs: 500 })
  const result = await world.audit({ ledgers, gateway })
  expect(broken(result)).toEqual([])
  expect(result.unjudged).toMatchObject([
    { what: 'The ledgers', cause: 'they could not be read (ECONNREFUSED)' },
    { what: '3 of 3 payments at the gateway', cause: expect.stringContaining('it did not answer') },
  ])
  expect(exitCodeOf(reportOf(result))).toBe(2)
})

test('a broken promise counts for more than a part that could not be judged', async () => {
  const { cancelled } = await world.history()
  await world.query('DELETE FROM refund WHERE booking_id = $1', [cancelled])
  const ledgers = { positions: () => Promise.reject(new LedgerAway()), compareShow: async () => [] }
  expect(exitCodeOf(reportOf(await world.audit({ ledgers })))).toBe(1)
})

test('payments at another gateway are not asked for at this one', async () => {
  await world.history()
  const other = { name: 'other', look: () => Promise.reject(new Error('asked')) }
  const result = await world.auditRows({ gateway: other })
  expect(result.judged.payments).toBe(0)
  expect(result.notes).toContain('3 payments were made at another gateway than other.')
})

test('an audit can be ended', async () => {
  await world.history()
  await expect(world.audit({ signal: AbortSignal.abort(new Error('closing')) })).rejects.toThrow('closing')
})

test('it can be made by who may only read', async () => {
  const { showId } = await world.history()
  const reader = await openReader()
  expect(await world.audit(reader)).toMatchObject({
    findings: [],
    unjudged: [],
    judged: { bookings: 4, shows: 1 },
  })
  // Without a ledger the comparison would build one, and is refused.
  await world.one.redis.flushall()
  const epoch = () => world.query('SELECT epoch FROM show_ledger WHERE show_id = $1', [showId])
  const before = (await epoch()).rows
  await expect(reader.ledgers.compareShow(showId)).rejects.toThrow()
  expect((await epoch()).rows).toEqual(before)
  expect(await world.one.redis.dbsize()).toBe(0)
  const { positions } = reader.ledgers
  const stale = {
    ...reader.ledgers,
    positions: async (ids: number[]) => new Map(ids.map((id) => [id, here])),
  }
  expect(await positions([showId])).toEqual(new Map([[showId, null]]))
  expect((await world.audit({ ...reader, ledgers: stale })).unjudged).toMatchObject([{ what: 'The ledgers' }])
  await reader.ledgers.close()
  await reader.close()
})

const here = { epoch: 1, seq: 1 }

async function openReader() {
  const { url } = world.world.database
  const { pool, close } = openPostgres({ ...postgresDefaults, url, connectionsMax: 2 }, () => {})
  pool.on('connect', (client) => void client.query('SET default_transaction_read_only = on'))
  const nowMs = () => performance.now()
  const redisUrl = world.world.redis.url
  return { pool, close, ledgers: await openLedgersToRead({ pool, redisUrl, keyPrefix: 'test:', nowMs }) }
}

test('while seats are sold, cancelled, declined and released, it never sees a broken promise', async () => {
  const showId = await world.world.show(world.one, { seats: 40 })
  const end = performance.now() + 3_000
  let bought = 0
  const buyOn = async (n: number, seat: number) => {
    for (let turn = 0; performance.now() < end; turn++) {
      if (turn % 4 === 3) {
        const lockId = await world.lock(showId, n, [seat, seat + 1])
        await world.one.seating.releaseLock({ showId, lockId, buyerId: buyer(n) })
        continue
      }
      const bookingId = await world.book(
        showId,
        n,
        [seat, seat + 1],
        turn % 4 === 2 ? 'tok_declined' : 'tok_ok',
      )
      bought += 1
      if (turn % 4 < 2) await world.one.bookings.cancelBooking({ bookingId, buyerId: buyer(n) })
    }
  }
  let audits = 0
  const auditOn = async () => {
    while (performance.now() < end) {
      // A snapshot holds at any moment; ledgers are looked at twice.
      const result = await world.audit({ limits: { stillMs: audits % 2 === 0 ? 0 : 200 }, ledgers: patient })
      expect(told(result)).toEqual([])
      audits += 1
    }
  }
  const patient = {
    positions: world.one.seating.positions,
    async compareShow(id: number) {
      await pause(100)
      return await world.one.seating.compareShow(id)
    },
  }
  await Promise.all([...Array.from({ length: 6 }, (_, n) => buyOn(200 + n, 4 * n)), auditOn()])
  expect(bought).toBeGreaterThan(10)
  expect(audits).toBeGreaterThan(3)
})

test('on a schedule: the findings become metrics and lines of the log', async () => {
  const metrics = createMetrics('rowlock_')
  const gauges = createAuditGauges(metrics)
  expect(await metrics.page()).not.toContain('rowlock_audit_findings{')
  const lines: string[] = []
  const line = (level: string) => (_fields: object, message: string) => void lines.push(`${level} ${message}`)
  const log = { info: line('info'), warn: line('warn'), error: line('error') }
  const clock = { now: () => new Date(1_800_000_000_000), nowMs: () => 1_800_000_000_000 }
  const nowMs = () => performance.now()
  const options = { ...{ gauges, clock, log, nowMs }, pool: world.one.pool, limits: { stillMs: 0 } }
  const { cancelled } = await world.history()
  await world.query('DELETE FROM refund WHERE booking_id = $1', [cancelled])
  await auditAndTell({ ...options, ledgers: world.one.seating })
  const page = await metrics.page()
  expect(page).toContain('rowlock_audit_findings{check="captures_have_tickets_or_refunds"} 1')
  expect(page).toContain('rowlock_audit_findings{check="ledgers_agree"} 0')
  expect(page).toContain('rowlock_audit_unjudged 0')
  expect(page).toContain('rowlock_audit_ended_timestamp_seconds 1800000000')
  expect(lines).toEqual([
    expect.stringMatching(`^error A promise is broken: booking ${cancelled}: expected a refund`),
    'info Audited',
  ])
  const pool = { connect: () => Promise.reject(new Error('away')) } as unknown as typeof world.one.pool
  await expect(auditAndTell({ ...options, pool })).rejects.toThrow('away')
  expect(await metrics.page()).toContain('rowlock_audit_failures_total 1')
})

test('the pairs of states it knows are those that a booking can be read in', () => {
  const since = new Date(0)
  const payments = Object.keys(paymentMoves) as PaymentState[]
  for (const state of Object.keys(bookingMoves) as BookingState[]) {
    const readable = payments.filter((payment) => {
      try {
        return standingOf(state, since, { state: payment, intentId: 'i', confirmSentAt: since })
      } catch {
        return false
      }
    })
    expect([...knownStates[state].payments].sort(), state).toEqual(readable.sort())
  }
})

test('it allows what the product allows, and a little more', () => {
  expect(auditLimits.unsentMsMax).toBe(bookingLimits.unsentMsMax)
  expect(auditLimits.unknownMsMax).toBe(bookingLimits.unknownMsMax)
  expect(auditLimits.refundMsMax).toBe(bookingLimits.refundMsMax)
  expect(auditLimits.lateMsMax).toBeGreaterThan(bookingLimits.operatorLookEveryMs)
  expect(auditLimits.lockPastExpiryMsMax).toBeGreaterThan(
    seatingLimits.claimGraceMs + 2 * 1.2 * seatingLimits.sweepEveryMs,
  )
  expect(auditLimits.outboxMsMax).toBeGreaterThan(10 * seatingLimits.relayAfterMs)
})
