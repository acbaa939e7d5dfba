/** What the verbs of this room stand on. Built once by createBookings; every verb takes it first. */
import type { Plan } from '../catalog/index.ts'
import type { PaymentGateway } from '../payment/index.ts'
import type { Pool } from '../platform/postgres.ts'
import type { Sealer } from '../platform/sealed.ts'
import type { Seating } from '../seating/index.ts'
import type { BookingLimits } from './booking-limits.ts'
import type { BookingState } from './booking-state.ts'

export interface Room {
  pool: Pool
  seating: BookingSeating
  catalog: BookingCatalog
  gateway: PaymentGateway
  /** Payment tokens rest sealed. */
  sealer: Pick<Sealer, 'seal' | 'open'>
  /** Keys the hash that derives ids from idempotency keys. */
  idSecret: string | Buffer
  /** Milliseconds that only go forward, for deadlines of this process. PostgreSQL's clock judges bookings. */
  nowMs: () => number
  limits: BookingLimits
  log: BookingLog
  events: BookingEvents
  /** Tests stop the process here; in production it does nothing. */
  faultPoint: (name: string) => Promise<void>
  /** Bookings that this process carries on now. */
  turns: Map<string, Promise<void>>
  isClosing: () => boolean
}

export type BookingSeating = Pick<Seating, 'beginCheckout' | 'leaveCheckout' | 'syncSeats' | 'closeSale'>

/** Answers in the order of the ids asked for. */
export interface BookingCatalog {
  findShows(ids: readonly number[]): Promise<({ planVersionId: number | null } | null)[]>
  findPlans(ids: readonly number[]): Promise<(Plan | null)[]>
}

export interface BookingLog {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

export type HeardPayment = 'succeeded' | 'declined' | 'action_required' | 'unknown'

/** What metrics may want to count. Each move is told once, by the process that committed it. */
export interface BookingEvents {
  started(): void
  moved(to: BookingState): void
  /** Something a viewer of the booking can see is another since a commit: its state, its seats, its refunds. */
  changed(bookingId: string): void
  payment(outcome: HeardPayment): void
  refund(outcome: 'paid' | 'needs_operator'): void
}
