/** The sandbox's payment methods: each token is a way for a payment to go. Listed in docs/sandbox-gateway.md. */
export type Behaviour =
  /** `afterMs` later the money moves; the answer comes then. */
  | { tag: 'succeed'; afterMs: number }
  | { tag: 'decline'; code: string; message: string }
  | { tag: 'ask' }
  /** Never answers. `movesMoney` tells whether it did the work. */
  | { tag: 'silent'; movesMoney: boolean; afterMs: number }
  | { tag: 'fail_after_moving' }
  | { tag: 'cut_after_moving' }

export const methods: Readonly<Record<string, { behaviour: Behaviour; what: string }>> = {
  tok_ok: { behaviour: { tag: 'succeed', afterMs: 0 }, what: 'succeeds at once' },
  tok_slow: { behaviour: { tag: 'succeed', afterMs: 2_000 }, what: 'succeeds after two seconds' },
  tok_declined: {
    behaviour: { tag: 'decline', code: 'card_declined', message: 'The bank declined the payment.' },
    what: 'is declined',
  },
  tok_insufficient_funds: {
    behaviour: {
      tag: 'decline',
      code: 'insufficient_funds',
      message: 'The account does not have enough money.',
    },
    what: 'is declined for lack of money',
  },
  tok_requires_action: { behaviour: { tag: 'ask' }, what: 'asks the buyer to approve on a page' },
  tok_timeout: {
    behaviour: { tag: 'silent', movesMoney: false, afterMs: 0 },
    what: 'never answers, and no money moves',
  },
  tok_late: {
    behaviour: { tag: 'silent', movesMoney: true, afterMs: 3_000 },
    what: 'never answers, and the money moves after three seconds',
  },
  tok_error: { behaviour: { tag: 'fail_after_moving' }, what: 'answers 500 although the money moved' },
  tok_reset: { behaviour: { tag: 'cut_after_moving' }, what: 'cuts the connection although the money moved' },
}
