/** Payment tokens of the sandbox gateway, and what each of them shows. */
export interface SandboxMethod {
  token: string
  name: string
  explanation: string
}

export const sandboxMethods: readonly SandboxMethod[] = [
  {
    token: 'tok_ok',
    name: 'Succeeds',
    explanation: 'The money is taken at once and the tickets are issued.',
  },
  { token: 'tok_declined', name: 'Declined', explanation: 'The bank says no; the seats become free again.' },
  {
    token: 'tok_action',
    name: 'Asks you to confirm',
    explanation: 'The bank wants a confirmation on a page of its own.',
  },
  {
    token: 'tok_timeout',
    name: 'Never answers',
    explanation: 'The payment stays unknown until it has been looked up.',
  },
  {
    token: 'tok_late',
    name: 'Answers too late',
    explanation: 'It succeeds after the time limit, and is found out.',
  },
]
