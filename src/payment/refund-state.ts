/**
 * The states of a refund. OWED is written in the commit that made it owed, so that money is never kept by a crash; it
 * is repeated with its own key until the gateway has paid it, and handed to a person when that can no longer be done.
 */
export type RefundState = 'OWED' | 'SUCCEEDED' | 'NEEDS_OPERATOR' | 'WITHDRAWN'

export const refundMoves: Readonly<Record<RefundState, readonly RefundState[]>> = {
  // Withdrawn only before the gateway heard of it: the buyer got the seats after all.
  OWED: ['SUCCEEDED', 'NEEDS_OPERATOR', 'WITHDRAWN'],
  NEEDS_OPERATOR: ['OWED'],
  // The buyer's bank sent it back after the gateway had accepted it.
  SUCCEEDED: ['NEEDS_OPERATOR'],
  WITHDRAWN: [],
}

export function requireRefundMove(from: RefundState, to: RefundState): void {
  if (!refundMoves[from].includes(to)) throw new Error(`A refund cannot go from ${from} to ${to}`)
}

/** What a call of `refund` came to. */
export type RefundAnswer = 'paid' | 'unanswered' | 'refused'

export interface RefundLimits {
  /** Pauses before the second and later tries; the last one repeats. */
  refundDelaysMs: readonly number[]
  /** Within the life of a gateway's keys: repeated later, a key could pay twice. */
  refundMsMax: number
}

export type RefundStep = { to: 'SUCCEEDED' | 'NEEDS_OPERATOR' } | { to: 'OWED'; tryInMs: number }

export function decideRefund(answer: RefundAnswer, ageMs: number, limits: RefundLimits): RefundStep {
  switch (answer) {
    case 'paid':
      return { to: 'SUCCEEDED' }
    case 'refused':
      return { to: 'NEEDS_OPERATOR' }
    case 'unanswered':
      if (ageMs >= limits.refundMsMax) return { to: 'NEEDS_OPERATOR' }
      return { to: 'OWED', tryInMs: delayAt(ageMs, limits.refundDelaysMs) }
  }
}

/** The pause until the next of a series of tries, told from the time since the first: no counter needs storing. */
export function delayAt(ageMs: number, delaysMs: readonly number[]): number {
  let dueMs = 0
  for (const delayMs of delaysMs) {
    dueMs += delayMs
    if (dueMs > ageMs) return dueMs - ageMs
  }
  return delaysMs.at(-1) ?? 0
}
