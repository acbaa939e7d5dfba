/** Opens the room: builds what the verbs stand on. The watch starts when the process is ready to work. */
import { setTimeout as pause } from 'node:timers/promises'
import type { GatewayNotice } from '../payment/index.ts'
import type { BookingLimits } from './booking-limits.ts'
import { bookingLimits } from './booking-limits.ts'
import { type CancelBooking, cancelBooking } from './cancel-booking.ts'
import { type CreateBooking, createBooking } from './create-booking.ts'
import { hearNotice } from './hear-notice.ts'
import { payDueRefunds } from './pay-refunds.ts'
import type { Priced } from './price-lines.ts'
import { type QuoteLock, quoteLock } from './quote-lock.ts'
import type { BookingEvents, Room } from './room.ts'
import { startDueTurns } from './turn.ts'
import { startWatch, type Watch } from './watch.ts'

export interface BookingOptions
  extends Pick<Room, 'pool' | 'seating' | 'catalog' | 'gateway' | 'sealer' | 'idSecret' | 'nowMs' | 'log'> {
  events?: Partial<BookingEvents>
  limits?: Partial<BookingLimits>
  faultPoint?: (name: string) => Promise<void>
}

export interface Bookings {
  /** Pays for a lock; the id of the booking, whose row tells its state. Answers within 12 s. */
  createBooking(request: CreateBooking): Promise<string>
  /** What a lock would cost with a promotion code. */
  quoteLock(request: QuoteLock): Promise<Priced>
  /** Cancels a booking and owes back what was taken. */
  cancelBooking(request: CancelBooking): Promise<string>
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
  const room: Room = {
    ...options,
    limits: { ...bookingLimits, ...options.limits },
    events: { started() {}, moved() {}, payment() {}, refund() {}, ...options.events },
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
    start() {
      watch ??= startWatch(room)
    },
    async lookAtDue() {
      await Promise.all(await startDueTurns(room))
      await payDueRefunds(room)
    },
    async close() {
      closing = true
      await watch?.stop()
      const settled = new AbortController()
      const bound = pause(room.limits.closeMsMax, undefined, { signal: settled.signal }).catch(() => {})
      await Promise.race([bound, Promise.all(room.turns.values())])
      settled.abort()
    },
  }
}
