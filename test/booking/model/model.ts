/**
 * What money and tickets must be, as a pure model: what buyers asked for and were told, and from that and from what the
 * gateway took, which ends a booking may come to. It knows nothing of how the product works.
 */
import type { BookingState } from '../../../src/booking/index.ts'

export const buyersMax = 4
export const seatsMax = 18

export interface ModelLock {
  buyer: number
  seats: number[]
  lockId: string
}

export interface ModelBooking {
  id: string
  key: string
  buyer: number
  lock: ModelLock
  seats: number[]
  token: string
  /** The buyer was told that there is such a booking. */
  isTold: boolean
  /** Nothing was wrong when it was made. */
  isCalm: boolean
  /** Asked by its buyer; acknowledged. */
  cancel: { asked: boolean; done: boolean }
  /** Seats that were asked to be given back; acknowledged. */
  givenBack: { asked: Set<number>; done: Set<number> }
  /** Every state that was seen, in order. */
  seen: BookingState[]
}

export interface Model {
  locks: ModelLock[]
  bookings: ModelBooking[]
  /** No trouble was made so far. */
  isCalm: boolean
  showIsCancelled: boolean
  /** How far time was moved, which must stay within the life of the gateway's keys. */
  passedMs: number
}

export const newModel = (): Model => ({
  ...{ locks: [], bookings: [], isCalm: true, showIsCancelled: false, passedMs: 0 },
})

/** What the gateway took for a booking and gave back. */
export interface Truth {
  captures: number[]
  refunds: number[]
}

const keptMinor = ({ captures, refunds }: Truth): number => sum(captures) - sum(refunds)
export const sum = (amounts: number[]): number => amounts.reduce((total, amount) => total + amount, 0)

/** A booking that has come to rest, as the product shows it. */
export interface End {
  state: BookingState
  tickets: number[]
}

/** Why this end is wrong; null: it is one of those that it may come to. */
export function wrongIn(
  model: Model,
  booking: ModelBooking,
  { state, tickets }: End,
  truth: Truth,
  priceMinor: number,
): string | null {
  const { cancel, givenBack, seats } = booking
  const wasPaid = truth.captures.length > 0 || (priceMinor === 0 && state === 'CONFIRMED')
  if (truth.captures.length > 1) return 'it was charged twice'
  if (keptMinor(truth) !== tickets.length * priceMinor) return 'money and tickets disagree'
  if (state !== 'CONFIRMED') {
    if (state !== 'FAILED' && state !== 'CANCELLED') return 'it has not come to rest'
    if (tickets.length > 0) return 'it has tickets'
    if (state === 'CANCELLED' && !(cancel.asked || givesAllBack(booking) || model.showIsCancelled))
      return 'nobody cancelled it'
    if (state === 'FAILED' && booking.isCalm && mustBePaid(booking.token) && !cancel.asked)
      return model.showIsCancelled ? null : 'nothing was wrong with it'
    return null
  }
  if (!wasPaid) return 'nobody paid it'
  if (tickets.length === 0) return 'it stands without a ticket'
  if (cancel.done) return 'its buyer was told that it is cancelled'
  if (model.showIsCancelled) return 'its show is cancelled'
  if (tickets.some((seat) => givenBack.done.has(seat))) return 'a seat that was given back has a ticket'
  if (seats.some((seat) => !givenBack.asked.has(seat) && !tickets.includes(seat)))
    return 'a ticket is missing'
  return null
}

const givesAllBack = ({ seats, givenBack }: ModelBooking) => seats.every((seat) => givenBack.asked.has(seat))

/** Where nothing was wrong, the gateway takes money for these. */
const mustBePaid = (token: string) =>
  ['tok_ok', 'tok_slow', 'tok_late', 'tok_error', 'tok_reset'].includes(token)

/** Seats of which somebody was told that they are theirs for good, and who has not asked to be rid of them. */
export const soldSeats = (model: Model): Set<number> =>
  new Set(
    model.showIsCancelled
      ? []
      : model.bookings
          .filter(({ seen, cancel }) => seen.at(-1) === 'CONFIRMED' && !cancel.asked)
          .flatMap(({ seats, givenBack }) => seats.filter((seat) => !givenBack.asked.has(seat))),
  )

/** From now on things go wrong, also for what is still under way. */
export function troubled(model: Model): void {
  model.isCalm = false
  for (const booking of model.bookings) {
    if (booking.seen.at(-1) !== 'CONFIRMED') booking.isCalm = false
  }
}
