/** Until when something holds, as buyers are told. Pure. */
import type { BookingLimits } from './booking-limits.ts'
import type { BookingState } from './booking-state.ts'

export interface WaitingBooking {
  state: BookingState
  createdAt: Date
  /** When it came into its state. */
  updatedAt: Date
}

/** A payment that is put off again and again gets no longer for it, so that is told from the beginning. */
export function waitsUntil(
  { state, createdAt, updatedAt }: WaitingBooking,
  limits: Pick<BookingLimits, 'unsentMsMax' | 'actionMsMax'>,
): Date | null {
  switch (state) {
    case 'PENDING':
    case 'PAYMENT_QUEUED':
      return new Date(createdAt.getTime() + limits.unsentMsMax)
    case 'REQUIRES_ACTION':
      return new Date(updatedAt.getTime() + limits.actionMsMax)
    // The gateway is asked until it tells; then a person is.
    case 'PAYMENT_UNKNOWN':
    case 'NEEDS_OPERATOR':
    case 'CONFIRMED':
    case 'FAILED':
    case 'CANCELLED':
      return null
  }
}

export function cancellableUntil(
  { startsAt, cancelBeforeMinutes }: { startsAt: Date; cancelBeforeMinutes: number | null },
  { cancelBeforeMs }: Pick<BookingLimits, 'cancelBeforeMs'>,
): Date {
  const beforeMs = cancelBeforeMinutes === null ? cancelBeforeMs : cancelBeforeMinutes * 60_000
  return new Date(startsAt.getTime() - beforeMs)
}
