/**
 * A system with a history to audit: one booking of every end, one that waits, and a lock. Nothing carries anything on by
 * itself, so what a test breaks stays broken.
 */
import { type AuditOptions, type AuditResult, runAudit } from '../../src/operate/index.ts'
import { sandboxGateway } from '../../src/payment/index.ts'
import type { Pool } from '../../src/platform/postgres.ts'
import { bookingWorld, buyer, see, until } from '../booking/booking-world.ts'

export interface History {
  showId: number
  /** Seats 0 and 1. */
  confirmed: string
  /** Seat 2; its refund is paid. */
  cancelled: string
  /** Seat 3; declined. */
  failed: string
  /** Seat 4; the buyer is asked to approve. */
  waiting: string
  /** Seat 5; only locked. */
  lockId: string
}

export async function auditWorld() {
  const world = await bookingWorld()
  const one = await world.open('one')
  let keys = 0

  async function lock(showId: number, n: number, seats: number[]) {
    keys += 1
    const request = { showId, buyerId: buyer(n), seats, areas: [], idempotencyKey: `lock-${keys}` }
    return (await one.seating.placeLock(request)).lockId
  }

  async function book(showId: number, n: number, seats: number[], paymentMethod: string): Promise<string> {
    const lockId = await lock(showId, n, seats)
    const request = { showId, lockId, buyerId: buyer(n), paymentMethod, idempotencyKey: `book-${keys}` }
    return await one.bookings.createBooking(request)
  }

  async function history(): Promise<History> {
    const showId = await world.show(one)
    const confirmed = await book(showId, 1, [0, 1], 'tok_ok')
    const cancelled = await book(showId, 2, [2], 'tok_ok')
    await one.bookings.cancelBooking({ bookingId: cancelled, buyerId: buyer(2) })
    const failed = await book(showId, 3, [3], 'tok_declined')
    const waiting = await book(showId, 4, [4], 'tok_requires_action')
    const lockId = await lock(showId, 5, [5])
    await until('the refund', async () => (await see(one, cancelled)).refunds[0] === 'SUCCEEDED')
    return { showId, confirmed, cancelled, failed, waiting, lockId }
  }

  /** Of the rows alone. */
  const auditRows = ({ limits, ...options }: Partial<AuditOptions> = {}): Promise<AuditResult> =>
    runAudit({
      ...{ pool: one.pool, nowMs: () => performance.now() },
      ...options,
      limits: { stillMs: 0, ...limits },
    })

  return {
    ...{ world, one, book, lock, history, auditRows },
    /** Of rows and ledgers. */
    audit: (options: Partial<AuditOptions> = {}) => auditRows({ ledgers: one.seating, ...options }),
    gateway: sandboxGateway({ url: world.sandboxUrl }),
    query: (sql: string, values: unknown[] = []) => plant(one.pool, sql, values),
    /** Forgets everything that was booked, so that the next test meets only its own. */
    async forget() {
      await one.pool.query(
        'TRUNCATE booking, booking_line, booking_change, payment, refund, ticket, seat_claim, outbox, promotion, show_ledger CASCADE',
      )
    },
    close: () => world.close(),
  }
}

export type AuditWorld = Awaited<ReturnType<typeof auditWorld>>

/** The checks that found something, by name. */
export const broken = ({ checks }: AuditResult): string[] =>
  checks.filter(({ findings }) => findings > 0).map(({ name }) => name)

/** The findings without their advice. */
export const told = ({ findings }: AuditResult): string[] =>
  findings.map(({ subject, expected, found }) => `${subject}: expected ${expected}; found ${found}`)

/** Also what the tables themselves forbid: a checker must find what no guard stopped. */
async function plant(pool: Pool, sql: string, values: unknown[]) {
  const client = await pool.connect()
  try {
    await client.query('SET session_replication_role = replica')
    return await client.query(sql, values)
  } finally {
    await client.query('SET session_replication_role = DEFAULT')
    client.release()
  }
}
