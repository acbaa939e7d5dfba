/**
 * What the operations document watches, as instruments that are handed to whoever counts. Series whose absence would
 * be mistaken for health, double bookings above all, exist at 0 from the start. The servers count their own requests
 * and sockets (src/http/metrics.ts).
 */
import type { Metrics } from '../platform/metrics.ts'
import { watchPool } from '../platform/metrics.ts'

export type LockSeatsOutcome = 'locked' | 'unavailable' | 'refused' | 'outage' | 'fault'
export type PaymentOutcome = 'succeeded' | 'declined' | 'action_required' | 'unknown'

/** Around the targets of seat locking: 100 ms at the 99th percentile, warning at 150 ms, critical at 200 ms. */
const lockSeatsBucketsS = [0.005, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.5, 1, 2]

const lockSeatsOutcomes: LockSeatsOutcome[] = ['locked', 'unavailable', 'refused', 'outage', 'fault']
const paymentOutcomes: PaymentOutcome[] = ['succeeded', 'declined', 'action_required', 'unknown']

export type Instruments = ReturnType<typeof createInstruments>

export interface InstrumentSources {
  pool: Parameters<typeof watchPool>[1]
  /** Outbox rows whose seats the ledger has not been told yet. */
  countSeatSyncs: () => Promise<number>
}

export function createInstruments(metrics: Metrics, sources: InstrumentSources) {
  watchPool(metrics, sources.pool)
  metrics.reading(
    {
      name: 'seat_sync_backlog',
      help: 'Outbox rows (seat_sync) that wait to be told to the ledger; NaN while PostgreSQL is away',
    },
    sources.countSeatSyncs,
    true,
  )
  const lockSeatsSeconds = metrics.histogram({
    name: 'lock_seats_seconds',
    help: 'Time to answer a seat lock, in seconds, by outcome; its count is the number of requests',
    labels: ['outcome'],
    buckets: lockSeatsBucketsS,
  })
  for (const outcome of lockSeatsOutcomes) lockSeatsSeconds.zero({ outcome })
  const payments = metrics.counter({
    name: 'payments_total',
    help: 'Charges by outcome; the success rate is succeeded over succeeded and declined',
    labels: ['outcome'],
  })
  for (const outcome of paymentOutcomes) payments.inc({ outcome }, 0)
  return {
    lockSeatsSeconds,
    payments,
    locksBegun: metrics.counter({
      name: 'locks_begun_total',
      help: 'New seat locks; the completion rate is bookings confirmed over locks begun',
    }),
    bookingsStarted: metrics.counter({ name: 'bookings_started_total', help: 'Bookings that were begun' }),
    bookingsConfirmed: metrics.counter({
      name: 'bookings_confirmed_total',
      help: 'Bookings that were paid and have their tickets',
    }),
    bookingsFailed: metrics.counter({
      name: 'bookings_failed_total',
      help: 'Bookings that ended without a sale',
    }),
    needsOperator: metrics.counter({
      name: 'needs_operator_total',
      help: 'Bookings and refunds that wait for a person, because the gateway has not told their outcome for hours',
      labels: ['what'],
    }),
    doubleBookings: metrics.counter({
      name: 'double_bookings_total',
      help: 'Seats found sold twice; anything above 0 is an incident',
    }),
    breakerMoves: metrics.counter({
      name: 'breaker_moves_total',
      help: 'Times that a breaker opened, because half of the calls failed, or closed again',
      labels: ['service', 'to'],
    }),
    jobs: metrics.counter({
      name: 'jobs_total',
      help: 'Tries of jobs that ended, by task and outcome',
      labels: ['task', 'outcome'],
    }),
    claimConflicts: metrics.counter({
      name: 'claim_conflicts_total',
      help: 'Times PostgreSQL refused seats that the ledger had given: a double sale that was prevented',
    }),
    ledgerRebuilds: metrics.counter({
      name: 'ledger_rebuilds_total',
      help: 'Ledgers rebuilt from the claims',
    }),
    seatsRepaired: metrics.counter({
      name: 'seats_repaired_total',
      help: 'Seats whose ledger entry differed from their claim and was set right',
    }),
    framesSent: metrics.counter({
      name: 'frames_sent_total',
      help: 'Frames of seat changes written to sockets',
    }),
    rateLimitRefusals: metrics.counter({
      name: 'rate_limit_refusals_total',
      help: 'Calls refused because their caller made too many, by operation',
      labels: ['operation'],
    }),
  }
}
