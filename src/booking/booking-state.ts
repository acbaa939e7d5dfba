/**
 * The states of a booking, each with only the data it has, and the moves between them. Every write of a state names
 * the state it expects, so a booking moves once however many processes hear of the same outcome.
 *
 *   PENDING          the seats are claimed for payment; the charge is being made
 *   PAYMENT_QUEUED   the gateway cannot be reached; no charge was sent, and it is sent when the gateway is back
 *   REQUIRES_ACTION  the buyer is asked to approve the charge
 *   PAYMENT_UNKNOWN  the charge was sent and its outcome is not known: it is looked up, never sent again
 *   NEEDS_OPERATOR   not known for too long: a person is called, and the looking goes on slowly
 *   CONFIRMED        money and tickets are there
 *   FAILED           ended by us or the gateway, CANCELLED by the buyer: no ticket, and no money kept
 *
 * Seats are held until the gateway has said that no money will move, or the confirm was never sent.
 */
import type { Payment } from '../payment/index.ts'

export type BookingState = Standing['state']

type PaymentIn<State extends Payment['state']> = Extract<Payment, { state: State }>

/** No confirm was sent. */
export type Unsent = PaymentIn<'OPENING' | 'OPENED'>
/** Money may have moved. */
export type Sent = PaymentIn<'CONFIRMING' | 'REQUIRES_ACTION'>

/**
 * Where a booking stands. `since` is when it came there, or was begun while nothing was sent: a charge that is put off
 * again and again gets no longer for it. No payment: there is nothing to pay.
 */
export type Standing =
  | { state: 'PENDING'; since: Date; payment: Unsent | Sent | null }
  | { state: 'PAYMENT_QUEUED'; since: Date; payment: Unsent }
  | { state: 'REQUIRES_ACTION' | 'PAYMENT_UNKNOWN' | 'NEEDS_OPERATOR'; since: Date; payment: Sent }
  | { state: 'CONFIRMED'; payment: PaymentIn<'SUCCEEDED'> | null }
  | { state: 'FAILED' | 'CANCELLED'; payment: PaymentIn<'SUCCEEDED' | 'DECLINED' | 'CANCELLED'> | null }

export const bookingMoves: Readonly<Record<BookingState, readonly BookingState[]>> = {
  PENDING: [
    'PAYMENT_QUEUED',
    'REQUIRES_ACTION',
    'PAYMENT_UNKNOWN',
    'CONFIRMED',
    'FAILED',
    'CANCELLED',
    'NEEDS_OPERATOR',
  ],
  PAYMENT_QUEUED: ['PENDING', 'FAILED', 'CANCELLED'],
  REQUIRES_ACTION: ['CONFIRMED', 'FAILED', 'CANCELLED', 'NEEDS_OPERATOR'],
  PAYMENT_UNKNOWN: ['REQUIRES_ACTION', 'CONFIRMED', 'FAILED', 'CANCELLED', 'NEEDS_OPERATOR'],
  NEEDS_OPERATOR: ['CONFIRMED', 'FAILED'],
  // To itself: some of its seats are given back.
  CONFIRMED: ['CONFIRMED', 'CANCELLED'],
  // Money came after all, and seats were still there for it.
  FAILED: ['CONFIRMED'],
  CANCELLED: [],
}

export function requireBookingMove(from: BookingState, to: BookingState): void {
  if (!bookingMoves[from].includes(to)) throw new Error(`A booking cannot go from ${from} to ${to}`)
}

/** Reads a booking and its payment; a pair that fits no standing is a fault. */
export function standingOf(state: BookingState, since: Date, payment: Payment | null): Standing {
  switch (state) {
    case 'PENDING':
      if (payment === null || isUnsent(payment) || isSent(payment)) return { state, since, payment }
      break
    case 'PAYMENT_QUEUED':
      if (payment !== null && isUnsent(payment)) return { state, since, payment }
      break
    case 'REQUIRES_ACTION':
    case 'PAYMENT_UNKNOWN':
    case 'NEEDS_OPERATOR':
      if (payment !== null && isSent(payment)) return { state, since, payment }
      break
    case 'CONFIRMED':
      if (payment === null || payment.state === 'SUCCEEDED') return { state, payment }
      break
    case 'FAILED':
    case 'CANCELLED':
      if (payment === null || !(isUnsent(payment) || isSent(payment))) return { state, payment }
      break
  }
  throw new Error(`A booking in state ${state} cannot have a payment in state ${payment?.state ?? 'none'}`)
}

export const isUnsent = (payment: Payment): payment is Unsent =>
  payment.state === 'OPENING' || payment.state === 'OPENED'

const isSent = (payment: Payment): payment is Sent =>
  payment.state === 'CONFIRMING' || payment.state === 'REQUIRES_ACTION'
