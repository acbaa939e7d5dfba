/** What a check found. A failure keeps Rowlock from running; a warning does not, yet. */
export interface Finding {
  what: string
  outcome: 'ok' | 'warning' | 'failed'
  /** What was found; when it is not ok, also the cause and what to do next. */
  said: string
  /** How far a server's clock is ahead of this machine's. */
  clockAheadMs?: number
}

export const finding =
  (what: string) =>
  (outcome: Finding['outcome'], said: string): Finding => ({ what, outcome, said })

/** What a person needs of an error. Several addresses tried at once give an error without a message of its own. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join(', ')
  return error instanceof Error ? error.message : String(error)
}
