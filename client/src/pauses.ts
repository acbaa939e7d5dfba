/**
 * How long to wait before trying again. Every pause is random from zero up ("full jitter"), so that those who failed
 * together do not come back together; a server's hint is added to, never undercut.
 */
import { clientLimits as limits } from './limits.ts'
import type { Problem } from './problem.ts'

/** `attempt` counts from 0. */
export function reopenPauseMs(problem: Problem, attempt: number, random: number): number {
  const jitterMs = random * doubled(limits.reopenBaseMs, attempt)
  return leastPauseMs(problem) + jitterMs
}

/** `attempt` 0 follows a loss; each further one follows a failure. */
export function snapshotPauseMs(problem: Problem | null, attempt: number, random: number): number {
  if (attempt === 0) return random * limits.resyncJitterMs
  const hintMs = problem ? leastPauseMs(problem) : 0
  return hintMs + random * doubled(limits.retryBaseMs, attempt - 1)
}

function doubled(baseMs: number, times: number): number {
  return Math.min(baseMs * 2 ** Math.min(times, 10), limits.pauseMsMax)
}

function leastPauseMs({ code, retryAfterMs }: Problem): number {
  if (retryAfterMs !== null) return Math.min(retryAfterMs, limits.hintMsMax)
  switch (code) {
    case '4429':
    case '4430':
    case '429':
      return limits.crowdedMs
    case '4400':
    case '4406':
    case '4409':
      return limits.mistakenMs
    default:
      return 0
  }
}
