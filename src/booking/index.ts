/**
 * Booking: turns a lock into tickets for money. Keeps promise 2, money and tickets never disagree.
 *
 * Words: a booking is a buyer's seats being paid for, paid, failed or cancelled. Claim before charge; no call to the
 * gateway inside a transaction; unknown is a state that is resolved by looking; every waiting state has a limit.
 * docs/booking.md has it exactly.
 */

export { type BookingFacts, readBookingFacts } from './booking-facts.ts'
export type { BookingLimits } from './booking-limits.ts'
export { type BookingState, bookingMoves } from './booking-state.ts'
export { emailContext } from './buyer-email.ts'
export type { CancelBooking, CancelForHouse } from './cancel-booking.ts'
export type {
  CancelShow,
  ShowCancellation,
} from './cancel-show.ts'
export { changesOverRedis, type RedisChangesOptions } from './changes.redis.ts'
export type { BookingChanges } from './changes.ts'
export type { CreateBooking } from './create-booking.ts'
export { type BookingOptions, type Bookings, createBookings } from './open-bookings.ts'
export { type Priced, type PricedLine, priceLines } from './price-lines.ts'
export {
  BookingNotFound,
  BookingQueued,
  BookingsAway,
  EmailRefused,
  GatewayDisagrees,
  NoRefundToRetry,
  NotCancellable,
  NothingToResolve,
  PaymentMethodRefused,
  PaymentUndecided,
  PromotionRefused,
  SeatsNotBooked,
  TicketsPassedOn,
} from './refusals.ts'
export type { ResolveBooking } from './resolve-booking.ts'
export { type RetryRefund, retryRefund } from './retry-refund.ts'
export type { BookingCatalog, BookingEvents, HeardPayment } from './room.ts'
export { sealedByBookings } from './sealed-columns.ts'
