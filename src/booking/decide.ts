/**
 * What to do next with a booking: one pure function of where it stands, what the gateway was last heard to say, and
 * the time. Three rules are kept here and nowhere else:
 *
 * - `confirm` is called only for a payment whose confirm was never sent. To find out, `look`, which only reads.
 * - Seats are given back only when the gateway said that no money will move, or when no confirm was ever sent.
 * - Every waiting state has a limit.
 */
import { delayAt, type IntentOutcome } from '../payment/index.ts'
import type { BookingLimits } from './booking-limits.ts'
import { isUnsent, type Sent, type Standing, type Unsent } from './booking-state.ts'
import type { Failure } from './failures.ts'

export type Call = 'open' | 'confirm' | 'look' | 'cancel'

/** What came of a call to the gateway. */
export interface Heard {
  call: Call
  outcome:
    | ({ intentId: string } & IntentOutcome)
    /** It may have been heard; no answer came. */
    | { tag: 'unknown' }
    /** It certainly was not heard. */
    | { tag: 'away' }
    /** The request itself was refused. */
    | { tag: 'refused'; code: string }
}

type Waiting = 'PAYMENT_QUEUED' | Asked
/** Waiting for what came of a confirm. */
type Asked = 'REQUIRES_ACTION' | 'PAYMENT_UNKNOWN' | 'NEEDS_OPERATOR'

export type Step =
  | { do: 'call'; call: Call }
  /** The intent's id is committed before anything is done with it. */
  | { do: 'note_intent'; intentId: string }
  /** The confirm never left us: it may be sent later. */
  | { do: 'unsend'; lookInMs: number }
  | { do: 'keep_waiting'; to: Waiting; reason: string; lookInMs: number; actionUrl?: string }
  | { do: 'sell'; reason: string }
  | { do: 'give_up'; payment: 'DECLINED' | 'CANCELLED' | null; failure: Failure; reason: string }
  /** Money that came after the end goes back. */
  | { do: 'owe_refund'; reason: string }
  | { do: 'wait'; lookInMs: number }
  | { do: 'rest' }

export function decide(standing: Standing, heard: Heard | null, now: Date, limits: BookingLimits): Step {
  switch (standing.state) {
    case 'PENDING': {
      const { payment, since } = standing
      if (payment === null) return { do: 'sell', reason: 'nothing to pay' }
      if (isUnsent(payment))
        return decideUnsent(standing.state, payment, heard, elapsedMs(since, now), limits)
      return decideSent(standing.state, payment, heard, { now, since }, limits)
    }
    case 'PAYMENT_QUEUED':
      return decideUnsent(standing.state, standing.payment, heard, elapsedMs(standing.since, now), limits)
    case 'REQUIRES_ACTION':
    case 'PAYMENT_UNKNOWN':
    case 'NEEDS_OPERATOR':
      return decideSent(standing.state, standing.payment, heard, { now, since: standing.since }, limits)
    case 'FAILED':
    case 'CANCELLED':
      if (heard?.outcome.tag === 'succeeded' && standing.payment?.state !== 'SUCCEEDED')
        return { do: 'owe_refund', reason: 'paid after the booking had ended' }
      return { do: 'rest' }
    case 'CONFIRMED':
      return { do: 'rest' }
  }
}

function decideUnsent(
  state: 'PENDING' | 'PAYMENT_QUEUED',
  payment: Unsent,
  heard: Heard | null,
  ageMs: number,
  limits: BookingLimits,
): Step {
  if (heard?.call === 'open') {
    switch (heard.outcome.tag) {
      case 'unknown':
      case 'away':
        return putOff(state, ageMs, limits)
      case 'refused':
        return giveUp('DECLINED', 'payment_refused', `the gateway refused: ${heard.outcome.code}`)
      default:
        if (payment.state === 'OPENING') return { do: 'note_intent', intentId: heard.outcome.intentId }
    }
  }
  if (ageMs >= limits.unsentMsMax)
    return giveUp('CANCELLED', 'gateway_away', 'the gateway could not be reached')
  return { do: 'call', call: payment.state === 'OPENING' ? 'open' : 'confirm' }
}

/** Nothing was confirmed, so nothing can be charged: the buyer is told, and may leave at once. */
function putOff(state: 'PENDING' | 'PAYMENT_QUEUED', ageMs: number, limits: BookingLimits): Step {
  if (ageMs >= limits.unsentMsMax)
    return giveUp('CANCELLED', 'gateway_away', 'the gateway could not be reached')
  const lookInMs = limits.unsentRetryMs
  if (state === 'PAYMENT_QUEUED') return { do: 'wait', lookInMs }
  const reason = 'the gateway cannot be reached'
  return { do: 'keep_waiting', to: 'PAYMENT_QUEUED', reason, lookInMs }
}

function decideSent(
  state: 'PENDING' | Asked,
  payment: Sent,
  heard: Heard | null,
  { now, since }: { now: Date; since: Date },
  limits: BookingLimits,
): Step {
  const sentMs = elapsedMs(payment.confirmSentAt, now)
  if (heard === null) return { do: 'call', call: 'look' }
  const { outcome } = heard
  const cancelled = heard.call === 'cancel'
  switch (outcome.tag) {
    case 'succeeded':
      return { do: 'sell', reason: 'paid' }
    case 'declined':
      return giveUp('DECLINED', 'declined', `declined: ${outcome.code}`)
    case 'cancelled':
      return isTooLate(state, since, now, limits)
        ? giveUp('CANCELLED', 'not_approved', 'not approved in time')
        : giveUp('CANCELLED', 'not_charged', 'no charge arrived at the gateway')
    case 'requires_action':
      if (isTooLate(state, since, now, limits) && !cancelled) return { do: 'call', call: 'cancel' }
      if (state === 'NEEDS_OPERATOR' || state === 'REQUIRES_ACTION') return keepWaiting(state, sentMs, limits)
      return {
        do: 'keep_waiting',
        to: 'REQUIRES_ACTION',
        reason: 'the buyer is asked to approve',
        lookInMs: limits.actionLookEveryMs,
        actionUrl: outcome.url,
      }
    case 'created':
      // The confirm may still be on its way; when it can no longer be, the intent is closed to it.
      if (!cancelled && sentMs >= limits.confirmLostMs) return { do: 'call', call: 'cancel' }
      return keepWaiting(state, sentMs, limits)
    case 'processing':
    case 'unknown':
      return keepWaiting(state, sentMs, limits)
    case 'away':
      if (heard.call === 'confirm' && state === 'PENDING')
        return { do: 'unsend', lookInMs: limits.unsentRetryMs }
      return keepWaiting(state, sentMs, limits)
    case 'refused':
      // No charge came of this confirm, but only the gateway can say that none will.
      if (heard.call === 'confirm') return { do: 'call', call: 'cancel' }
      return keepWaiting(state, sentMs, limits)
  }
}

/** Too late to approve: a cancel is asked for, and what came of it is looked up, because a repeat tells nothing new. */
function isTooLate(state: 'PENDING' | Asked, since: Date, now: Date, limits: BookingLimits): boolean {
  if (state === 'NEEDS_OPERATOR') return true
  return state === 'REQUIRES_ACTION' && elapsedMs(since, now) >= limits.actionMsMax
}

/** Not resolved yet: wait in the state for that, within its limit. */
function keepWaiting(state: 'PENDING' | Asked, sentMs: number, limits: BookingLimits): Step {
  if (state === 'NEEDS_OPERATOR') return { do: 'wait', lookInMs: limits.operatorLookEveryMs }
  if (sentMs >= limits.unknownMsMax) {
    return {
      do: 'keep_waiting',
      to: 'NEEDS_OPERATOR',
      reason: 'the gateway has not told the outcome in time',
      lookInMs: limits.operatorLookEveryMs,
    }
  }
  if (state === 'REQUIRES_ACTION' && sentMs < limits.actionMsMax)
    return { do: 'wait', lookInMs: limits.actionLookEveryMs }
  const lookInMs = delayAt(sentMs, limits.lookDelaysMs)
  if (state !== 'PENDING') return { do: 'wait', lookInMs }
  const reason = 'the gateway has not told the outcome'
  return { do: 'keep_waiting', to: 'PAYMENT_UNKNOWN', reason, lookInMs }
}

const giveUp = (payment: 'DECLINED' | 'CANCELLED', failure: Failure, reason: string): Step => ({
  do: 'give_up',
  payment,
  failure,
  reason,
})

const elapsedMs = (since: Date, now: Date): number => now.getTime() - since.getTime()

/** What a wish to cancel comes to. */
export type CancelStep =
  | { do: 'nothing' }
  | { do: 'refuse'; why: WhyNot }
  /** No confirm was sent: the seats go back at once. */
  | { do: 'end' }
  /** Only the gateway can say that no money will move. */
  | { do: 'ask_gateway'; intentId: string }
  /** Paid: tickets void, seats back, money back. */
  | { do: 'undo' }

export type WhyNot = 'show_begun' | 'too_late' | 'failed' | 'needs_operator' | 'not_paid_yet'

/** Who wants to cancel what, and when. The house may cancel whatever a person is not looking at. */
export interface CancelWish {
  by: 'buyer' | 'house'
  /** Some of its seats only. */
  part: boolean
  showBegun: boolean
  /** The time within which buyers may give paid seats back is over. */
  windowOver: boolean
}

export function decideCancel(standing: Standing, wish: CancelWish): CancelStep {
  if (standing.state === 'CANCELLED') return { do: 'nothing' }
  const buyer = wish.by === 'buyer'
  if (buyer && wish.showBegun) return { do: 'refuse', why: 'show_begun' }
  switch (standing.state) {
    case 'CONFIRMED':
      return buyer && wish.windowOver ? { do: 'refuse', why: 'too_late' } : { do: 'undo' }
    case 'FAILED':
      return { do: 'refuse', why: 'failed' }
    case 'NEEDS_OPERATOR':
      return { do: 'refuse', why: 'needs_operator' }
    case 'PENDING':
    case 'PAYMENT_QUEUED':
    case 'REQUIRES_ACTION':
    case 'PAYMENT_UNKNOWN':
      if (wish.part) return { do: 'refuse', why: 'not_paid_yet' }
      if (standing.payment === null || isUnsent(standing.payment)) return { do: 'end' }
      return { do: 'ask_gateway', intentId: standing.payment.intentId }
  }
}
