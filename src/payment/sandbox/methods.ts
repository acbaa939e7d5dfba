/** The sandbox's payment methods: each token is a way for a payment to go. docs/sandbox-gateway.md lists them. */
export type Behaviour =
  | { tag: 'succeed' }
  /** The caller waits for it. */
  | { tag: 'succeed_slowly' }
  | { tag: 'decline'; code: string; message: string }
  | { tag: 'ask' }
  /** Nothing happens, and nobody is told. */
  | { tag: 'ignore' }
  | { tag: 'succeed_after_caller_left' }
  | { tag: 'fail_after_moving' }
  | { tag: 'cut_after_moving' }

interface Method {
  behaviour: Behaviour
  what: string
}

export const methods: ReadonlyMap<string, Method> = new Map<string, Method>([
  ['tok_ok', { behaviour: { tag: 'succeed' }, what: 'succeeds at once' }],
  ['tok_slow', { behaviour: { tag: 'succeed_slowly' }, what: 'succeeds, and answers after two seconds' }],
  [
    'tok_declined',
    {
      behaviour: { tag: 'decline', code: 'card_declined', message: 'The bank declined the payment.' },
      what: 'is declined',
    },
  ],
  [
    'tok_insufficient_funds',
    {
      behaviour: {
        tag: 'decline',
        code: 'insufficient_funds',
        message: 'There is not enough money in the account.',
      },
      what: 'is declined for lack of money',
    },
  ],
  ['tok_requires_action', { behaviour: { tag: 'ask' }, what: 'asks the buyer to approve on a page' }],
  ['tok_timeout', { behaviour: { tag: 'ignore' }, what: 'is never answered, and no money moves' }],
  [
    'tok_late',
    {
      behaviour: { tag: 'succeed_after_caller_left' },
      what: 'is never answered, and the money moves one second after the caller gave up',
    },
  ],
  [
    'tok_error',
    { behaviour: { tag: 'fail_after_moving' }, what: 'is answered with an error after the money moved' },
  ],
  [
    'tok_reset',
    { behaviour: { tag: 'cut_after_moving' }, what: 'has its connection cut after the money moved' },
  ],
])
