/** Opens the room: builds what the verbs stand on. The watch starts when the process is ready to work. */
import { setTimeout as pause } from 'node:timers/promises'
import type { GatewayNotice } from '../payment/index.ts'
import { orBookingsAway } from './away.ts'
import type { BookingLimits } from './booking-limits.ts'
import { bookingLimits } from './booking-limits.ts'
import type { BookingState } from './booking-state.ts'
import { type CancelBooking, type CancelForHouse, cancelBooking } from './cancel-booking.ts'
import {
  askToCancelShow,
  type CancelShow,
  readShowCancellation,
  type ShowCancellation,
  sweepCancelledShows,
} from './cancel-show.ts'
import { type BookingChanges, changesInProcess } from './changes.ts'
import { type CreateBooking, createBooking } from './create-booking.ts'
import { cancellableUntil, type WaitingBooking, waitsUntil } from './deadlines.ts'
import { hearNotice } from './hear-notice.ts'
import { payDueRefunds } from './pay-refunds.ts'
import type { Priced } from './price-lines.ts'
import { type QuoteLock, quoteLock } from './quote-lock.ts'
import { type ResolveBooking, resolveBooking } from './resolve-booking.ts'
import type { BookingEvents, Room } from './room.ts'
import { startDueTurns } from './turn.ts'
import { startWatch, type Watch } from './watch.ts'

export interface BookingOptions
  extends Pick<Room, 'pool' | 'seating' | 'catalog' | 'gateway' | 'sealer' | 'idSecret' | 'nowMs' | 'log'> {
  events?: Partial<BookingEvents>
  /** Between processes; without it, followers hear of what this process does. */
  changes?: BookingChanges
  limits?: Partial<BookingLimits>
  faultPoint?: (name: string) => Promise<void>
}

export interface Bookings {
  /** Pays for a lock; the id of the booking, whose row tells its state. Answers within 12 s. */
  createBooking(request: CreateBooking): Promise<string>
  /** What a lock would cost with a promotion code. */
  quoteLock(request: QuoteLock): Promise<Priced>
  /** Cancels a booking, or some of its seats, and owes back what was taken. */
  cancelBooking(request: CancelBooking): Promise<string>
  /** The same by an organiser, with a reason. */
  cancelForHouse(request: CancelForHouse): Promise<string>
  /** Cancels a whole show: its sale now, its bookings behind the answer. False: it was never on sale. */
  cancelShow(request: CancelShow): Promise<boolean>
  /** A person's word on a booking of which the gateway does not tell. */
  resolveBooking(request: ResolveBooking): Promise<{ state: BookingState; told: boolean }>
  showCancellation(showId: number): Promise<ShowCancellation | null>
  /** A turn for the booking as it stands, and one whenever it may have changed. Who may follow it is the caller's to ask. */
  followBooking(bookingId: string): AsyncIterableIterator<string, undefined>
  /** Until when a booking waits where it stands; null: it waits for nothing, or nobody can say. */
  waitsUntil(booking: WaitingBooking): Date | null
  /** Until when its buyer may give paid seats of a show back. */
  cancellableUntil(show: { startsAt: Date; cancelBeforeMinutes: number | null }): Date
  /** Hears what the payment network tells on its own account: a hint to look. */
  hearNotice(notice: GatewayNotice): Promise<void>
  /** Starts the watch, which carries on what waits and what other processes left. */
  start(): void
  /** One round of the watch, to its end: for operators and tests who do not want to wait for it. */
  lookAtDue(): Promise<void>
  /** Ends the watch and lets what is under way come to a point where any process can carry on. */
  close(): Promise<void>
}

export function createBookings(options: BookingOptions): Bookings {
  let closing = false
  const changes = options.changes ?? changesInProcess()
  const room: Room = {
    ...options,
    limits: { ...bookingLimits, ...options.limits },
    events: {
      ...{ started() {}, moved() {}, payment() {}, refund() {}, ...options.events },
      changed(bookingId) {
        changes.tell(bookingId)
        options.events?.changed?.(bookingId)
      },
    },
    faultPoint: options.faultPoint ?? (async () => {}),
    turns: new Map(),
    isClosing: () => closing,
  }
  let watch: Watch | null = null
  return {
    createBooking: (request) => createBooking(room, request),
    hearNotice: (notice) => hearNotice(room, notice),
    quoteLock: (request) => quoteLock(room, request),
    cancelBooking: (request) => cancelBooking(room, request),
    cancelForHouse: (request) => cancelBooking(room, request),
    cancelShow: (request) => cancelShow(room, request),
    followBooking: (bookingId) => changes.follow(bookingId),
    waitsUntil: (booking) => waitsUntil(booking, room.limits),
    cancellableUntil: (show) => cancellableUntil(show, room.limits),
    resolveBooking: (request) => resolveBooking(room, request),
    showCancellation: (showId) => readShowCancellation(room.pool, showId),
    start() {
      watch ??= startWatch(room)
    },
    async lookAtDue() {
      await Promise.all(await startDueTurns(room))
      await sweepCancelledShows(room)
      await payDueRefunds(room)
    },
    async close() {
      closing = true
      await watch?.stop()
      const settled = new AbortController()
      const bound = pause(room.limits.closeMsMax, undefined, { signal: settled.signal }).catch(() => {})
      await Promise.race([bound, Promise.all(room.turns.values())])
      settled.abort()
      await changes.close()
    },
  }
}

/** The answer is that the sale is closed for good; the rest is the watch's, here or in any process. */
async function cancelShow(room: Room, request: CancelShow): Promise<boolean> {
  return await orBookingsAway(async () => {
    if (!(await askToCancelShow(room.pool, request))) return false
    await room.seating.closeSale({ showId: request.showId, status: 'cancelled' })
    return true
  })
}
