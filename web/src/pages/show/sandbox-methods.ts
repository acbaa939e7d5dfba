/** Payment tokens of the sandbox gateway (docs/sandbox-gateway.md), and what each of them shows. */
export interface SandboxMethod {
  token: string
  name: string
  explanation: string
}

export const usualMethods: readonly SandboxMethod[] = [
  { token: 'tok_ok', name: 'Succeeds', explanation: 'The money moves at once, and the tickets are issued.' },
  {
    token: 'tok_declined',
    name: 'Is declined',
    explanation: 'The bank says no; the seats become free again.',
  },
  {
    token: 'tok_requires_action',
    name: 'Asks you to confirm',
    explanation: 'The bank wants your confirmation on a page of its own.',
  },
]

export const unusualMethods: readonly SandboxMethod[] = [
  { token: 'tok_slow', name: 'Succeeds slowly', explanation: 'The money moves after two seconds.' },
  {
    token: 'tok_insufficient_funds',
    name: 'Lacks the money',
    explanation: 'The account is empty; the seats become free again.',
  },
  {
    token: 'tok_timeout',
    name: 'Never answers',
    explanation: 'No money moves, but nobody says so: it has to be looked up.',
  },
  {
    token: 'tok_late',
    name: 'Never answers, but pays',
    explanation: 'The money moves after three seconds without a word: it has to be found out.',
  },
  {
    token: 'tok_error',
    name: 'Fails after paying',
    explanation: 'The gateway answers with an error although the money moved.',
  },
  {
    token: 'tok_reset',
    name: 'Hangs up after paying',
    explanation: 'The connection is cut although the money moved.',
  },
]
