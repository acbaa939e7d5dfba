/** Where a booking stands, for people: a name, what it means, and whether it is still moving. */
import type { BookingState } from '../generated/graphql.ts'

interface BookingWords {
  name: string
  meaning: string
  tone: 'good' | 'waiting' | 'bad' | 'over'
  /** Somebody is still working on it, so it is worth looking again. */
  moving: boolean
}

export const bookingWords: Record<BookingState, BookingWords> = {
  PENDING: {
    name: 'Payment under way',
    meaning: 'The seats are kept for you while the payment is carried out.',
    tone: 'waiting',
    moving: true,
  },
  PAYMENT_QUEUED: {
    name: 'Payment in the queue',
    meaning:
      'The payment service does not answer at the moment. Nothing was charged; we try again, and the seats stay yours meanwhile.',
    tone: 'waiting',
    moving: true,
  },
  REQUIRES_ACTION: {
    name: 'Waiting for your confirmation',
    meaning: 'Your bank wants you to confirm the payment. The seats are kept for ten minutes.',
    tone: 'waiting',
    moving: true,
  },
  PAYMENT_UNKNOWN: {
    name: 'Payment being looked up',
    meaning:
      'The bank has not answered. Do not pay again: we find out what happened, and the seats stay yours meanwhile.',
    tone: 'waiting',
    moving: true,
  },
  CONFIRMED: { name: 'Booked', meaning: 'Paid. These are your tickets.', tone: 'good', moving: false },
  FAILED: {
    name: 'Not booked',
    meaning: 'The payment did not go through, and the seats are free again.',
    tone: 'bad',
    moving: false,
  },
  CANCELLED: {
    name: 'Cancelled',
    meaning: 'The seats are free again. What was paid goes back to you.',
    tone: 'over',
    moving: false,
  },
  NEEDS_OPERATOR: {
    name: 'Being checked by a person',
    meaning:
      'We could not find out how the payment went, so a person looks at it. The seats stay yours meanwhile.',
    tone: 'waiting',
    moving: true,
  },
}
