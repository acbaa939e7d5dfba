/** Why a booking is not made or not cancelled. A declined payment is none of these: it is a booking that FAILED. */
import { Outage, Refusal } from '../platform/failures.ts'
import type { BookingState } from './booking-state.ts'
import type { WhyNot } from './decide.ts'

export class PaymentMethodRefused extends Refusal {
  readonly code = 'PAYMENT_METHOD_REFUSED'

  constructor(reason: 'card_number' | 'malformed') {
    super(
      reason === 'card_number'
        ? 'This looks like a card number. Never send one: pay with a token of the payment provider.'
        : 'This is not a payment token. Expected 1 to 100 letters, digits, or _ . : -',
    )
  }
}

export class EmailRefused extends Refusal {
  readonly code = 'EMAIL_REFUSED'

  constructor() {
    super('This is not an e-mail address. Expected one, like name@example.org, or none.')
  }
}

export type PromotionRefusedReason =
  | 'unknown'
  | 'not_yet'
  | 'over'
  | 'used_up'
  | 'used_by_you'
  | 'not_for_these_seats'
  | 'other_currency'

const promotionSentences: Record<PromotionRefusedReason, string> = {
  unknown: 'There is no such promotion code for this show.',
  not_yet: 'This promotion has not begun yet.',
  over: 'This promotion is over.',
  used_up: 'This promotion code has been used as often as it may be.',
  used_by_you: 'You have used this promotion code as often as you may.',
  not_for_these_seats: 'This promotion code takes nothing off these seats.',
  other_currency: 'This promotion code is for another currency.',
}

export class PromotionRefused extends Refusal {
  readonly code = 'PROMOTION_REFUSED'
  readonly reason: PromotionRefusedReason

  constructor(reason: PromotionRefusedReason) {
    super(`${promotionSentences[reason]} Try another code, or go on without one.`)
    this.reason = reason
  }
}

/** Also another buyer's booking: whose it is, is not told. */
export class BookingNotFound extends Refusal {
  readonly code = 'BOOKING_NOT_FOUND'

  constructor() {
    super('There is no such booking of yours.')
  }
}

const whyNotSentences: Record<WhyNot, string> = {
  show_begun: 'The show has begun: this booking can no longer be cancelled.',
  too_late: 'The show begins too soon: its tickets can no longer be given back.',
  failed: 'This booking has failed and needs no cancelling.',
  needs_operator: 'A person is looking at the payment of this booking. It cannot be cancelled meanwhile.',
  not_paid_yet: 'Single seats can be given back when the booking is paid. Until then, cancel all of it.',
}

export class NotCancellable extends Refusal {
  readonly code = 'NOT_CANCELLABLE'
  readonly state: BookingState

  constructor(state: BookingState, why: WhyNot) {
    super(whyNotSentences[why])
    this.state = state
  }
}

export class SeatsNotBooked extends Refusal {
  readonly code = 'SEATS_NOT_BOOKED'

  constructor() {
    super('This booking never had some of these seats. Take the seats from the booking itself.')
  }
}

/** Somebody else would stand at the gate with a void ticket. */
export class TicketsPassedOn extends Refusal {
  readonly code = 'TICKETS_PASSED_ON'
  readonly seatNos: number[]

  constructor(seatNos: number[]) {
    super('Tickets of this booking were passed on. They can be given back once you have them again.')
    this.seatNos = seatNos
  }
}

/** The word of an operator on a booking that waits for none. */
export class NothingToResolve extends Refusal {
  readonly code = 'NOTHING_TO_RESOLVE'
  readonly state: BookingState

  constructor(state: BookingState) {
    super(`This booking is ${state}: only one that NEEDS_OPERATOR is resolved by a person.`)
    this.state = state
  }
}

/** What the gateway tells goes before what a person says. */
export class GatewayDisagrees extends Refusal {
  readonly code = 'GATEWAY_DISAGREES'

  constructor(told: string) {
    super(
      `The gateway tells otherwise: ${told}. Nothing was done on your word; look into its own books again, and at the ` +
        'booking as it stands now.',
    )
  }
}

export class NoRefundToRetry extends Refusal {
  readonly code = 'NO_REFUND_TO_RETRY'

  constructor() {
    super(
      'Expected a refund that NEEDS_OPERATOR and is younger than 20 hours; there is none of this id. An older one must ' +
        'not be tried again with its key, which the gateway may have forgotten: see in its books whether it was paid, ' +
        'and pay it there.',
    )
  }
}

/** What the bookings stand on does not answer. Nothing was decided, or a repeat with the same key finds it. */
export class BookingsAway extends Outage {
  readonly code = 'BOOKINGS_AWAY'

  constructor(cause?: unknown) {
    super(
      'This cannot be done at the moment. Repeat it in a second with the same key: you will not be charged twice.',
      1_000,
      { cause },
    )
  }
}

/** Bookings fail all around, so this one was not even begun: it waits with its buyer. */
export class BookingQueued extends Outage {
  readonly code = 'QUEUED'

  constructor() {
    super(
      'Bookings wait at the moment. Nothing was charged and your seats stay locked until their time is up: repeat this ' +
        'with the same key.',
      5_000,
    )
  }
}

/** The charge was sent and the gateway does not say whether it can be stopped. */
export class PaymentUndecided extends Outage {
  readonly code = 'PAYMENT_UNDECIDED'

  constructor(cause?: unknown) {
    super(
      'The payment is being worked on and cannot be stopped at this moment. Try to cancel again in a few seconds.',
      2_000,
      { cause },
    )
  }
}
