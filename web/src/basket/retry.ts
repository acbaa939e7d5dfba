/**
 * Repeats one action with the same key while it is unknown whether it was done: after a failed network and after
 * an answer that asks to come back. Nothing else is repeated.
 */
import { NoAnswer } from '../api/client.ts'

const attemptsMax = 4
const baseMs = 400
const askedWaitMsMax = 4_000

export interface Repeatable {
  __typename: string
  retryAfterMs?: number
}

/** The answer, or null when none could be had within the attempts. */
export async function repeatUntilKnown<A extends Repeatable>(
  action: () => Promise<A>,
  signal: AbortSignal,
): Promise<A | null> {
  for (let attempt = 1; ; attempt++) {
    const answer = await tryOnce(action)
    const undecided = answer === null || answer.__typename === 'TryAgain' || answer.__typename === 'Queued'
    if (!undecided || attempt >= attemptsMax || signal.aborted) return answer
    const asked = Math.min(answer?.retryAfterMs ?? 0, askedWaitMsMax)
    await wait(Math.max(asked, baseMs * 2 ** (attempt - 1)) * (1 + Math.random() / 2))
  }
}

async function tryOnce<A>(action: () => Promise<A>): Promise<A | null> {
  try {
    return await action()
  } catch (error) {
    if (error instanceof NoAnswer) return null
    throw error
  }
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
