/** The payment methods of the process. The first ones are called as Stripe's own test methods are. */
export type Behaviour =
  | { tag: 'succeed' }
  | { tag: 'decline'; code: string; declineCode: string; message: string }
  | { tag: 'ask' }
  | { tag: 'ask_without_page' }
  /** `processing` for a while, and the caller waits. */
  | { tag: 'succeed_slowly' }
  /** Never answered, and nothing is done. */
  | { tag: 'ignore' }
  | { tag: 'succeed_after_caller_left' }
  | { tag: 'fail_after_taking' }
  | { tag: 'cut_after_taking' }
  /** `processing` for ever, as a bank debit is for days. */
  | { tag: 'process' }

const decline = (declineCode: string, message: string): Behaviour => ({
  ...{ tag: 'decline', code: 'card_declined' },
  declineCode,
  message,
})

export const methods: ReadonlyMap<string, Behaviour> = new Map<string, Behaviour>([
  ['pm_card_visa', { tag: 'succeed' }],
  ['pm_card_visa_chargeDeclined', decline('generic_decline', 'Your card was declined.')],
  ['pm_card_visa_chargeDeclinedStolenCard', decline('stolen_card', 'Your card was declined.')],
  [
    'pm_card_visa_chargeDeclinedInsufficientFunds',
    decline('insufficient_funds', 'Your card has insufficient funds.'),
  ],
  ['pm_card_authenticationRequired', { tag: 'ask' }],
  ['pm_double_ask_without_page', { tag: 'ask_without_page' }],
  ['pm_double_slow', { tag: 'succeed_slowly' }],
  ['pm_double_silent', { tag: 'ignore' }],
  ['pm_double_late', { tag: 'succeed_after_caller_left' }],
  ['pm_double_error', { tag: 'fail_after_taking' }],
  ['pm_double_cut', { tag: 'cut_after_taking' }],
  ['pm_double_debit', { tag: 'process' }],
])
