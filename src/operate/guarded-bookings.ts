/**
 * The begin of a booking behind a breaker: an outage is tried again twice, as the operations document has it, and while
 * half of the begins fail nobody waits for another. The buyer is then told BookingQueued: the request stays with them,
 * under their key, because a queue of ours would need what has just failed.
 */
import { BookingQueued, type Bookings, BookingsAway } from '../booking/index.ts'
import { type Breaker, withRetries } from '../platform/resilience.ts'

/** Operations document: booking creation, two retries; all tries together stay below the answer's 12 s. */
const bookingRetries = { pausesMs: [1_000, 2_000], withinMs: 12_000, tryMsMax: 5_000 }

export function guardedBookings(bookings: Bookings, breaker: Breaker, nowMs: () => number): Bookings {
  return {
    ...bookings,
    createBooking(request) {
      const { pausesMs, withinMs, tryMsMax } = bookingRetries
      const lastTryMs = nowMs() + withinMs - tryMsMax
      return withRetries(
        pausesMs,
        () =>
          breaker.run(
            () => bookings.createBooking(request),
            () => new BookingQueued(),
          ),
        (error) => error instanceof BookingsAway && !breaker.isOpen && nowMs() + 2_000 < lastTryMs,
      )
    },
  }
}
