/** Why a booking failed, as sentences for the buyer. Each says what became of the money. */
export type Failure = keyof typeof failureSentences

export const failureSentences = {
  declined: 'The payment was declined. You were not charged, and the seats are free again.',
  not_approved: 'The payment was not approved in time. You were not charged, and the seats are free again.',
  not_charged: 'The payment did not go through. You were not charged, and the seats are free again.',
  payment_refused:
    'The payment provider did not accept this payment. You were not charged, and the seats are free again.',
  gateway_away:
    'The payment provider could not be reached. You were not charged, and the seats are free again.',
  seats_lost: 'The seats could not be given to you after all. The whole amount goes back to you.',
} as const
