/** Refusals of the booking door, as this layer names them. */

import type { BookingState } from '../generated/prisma/enums.ts'
import { Refusal } from '../platform/failures.ts'

export class PaymentMethodRefused extends Refusal {
  readonly code = 'PAYMENT_METHOD_REFUSED'
}

export class BookingNotFound extends Refusal {
  readonly code = 'BOOKING_NOT_FOUND'
}

export class NotCancellable extends Refusal {
  readonly code = 'NOT_CANCELLABLE'
  readonly state: BookingState

  constructor(state: BookingState) {
    super('This booking cannot be cancelled.')
    this.state = state
  }
}
