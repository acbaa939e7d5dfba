/**
 * Ends locks on time. Every verb returns when the show's next lock ends, by Redis' clock, and whoever placed it sets
 * an alarm here; an alarm ends a bounded number per call. A process that dies takes its alarms with it: the sweep
 * of another covers them (sweep.ts).
 */
import type { Ledger } from './ledger.redis.ts'

export interface ExpiryAlarms {
  /** `nowMs` and `nextDueMs` are Redis' clock; 0 means that nothing is due. */
  set(showId: number, answer: { nowMs: number; nextDueMs: number }): void
  close(): void
}

export interface ExpiryAlarmsDeps {
  ledger: Pick<Ledger, 'expire'>
  expiredPerCallMax: number
  /** By this process' monotonic clock. */
  nowMs: () => number
  onFailure: (showId: number, error: unknown) => void
}

const retryAfterFailureMs = 1_000
/** A timer cannot be longer; the sweep comes by far more often. */
const alarmMsMax = 600_000

export function openExpiryAlarms(deps: ExpiryAlarmsDeps): ExpiryAlarms {
  const dueAt = new Map<number, number>()
  let timer: NodeJS.Timeout | undefined
  let timerAt = Number.POSITIVE_INFINITY
  let closed = false

  function set(showId: number, { nowMs, nextDueMs }: { nowMs: number; nextDueMs: number }): void {
    if (nextDueMs === 0) return
    // One millisecond late rather than early: the script compares whole milliseconds.
    const at = deps.nowMs() + Math.max(0, nextDueMs - nowMs) + 1
    // Answers may be heard in another order than they were given, so a later alarm never replaces an earlier one: ringing
    // in vain costs one call, which sets the next.
    if (at < (dueAt.get(showId) ?? Number.POSITIVE_INFINITY)) wake(showId, at)
  }

  function wake(showId: number, at: number): void {
    dueAt.set(showId, at)
    if (at < timerAt) arm()
  }

  function arm(): void {
    clearTimeout(timer)
    timerAt = Math.min(...dueAt.values())
    if (closed || dueAt.size === 0) return
    timer = setTimeout(ring, Math.min(alarmMsMax, Math.max(0, timerAt - deps.nowMs())))
    timer.unref()
  }

  function ring(): void {
    const now = deps.nowMs()
    for (const [showId, at] of dueAt) {
      if (at > now) continue
      dueAt.delete(showId)
      void end(showId)
    }
    arm()
  }

  async function end(showId: number): Promise<void> {
    try {
      const answer = await deps.ledger.expire(showId, deps.expiredPerCallMax)
      // No ledger: whoever needs it next builds it and sets the alarm again.
      if (answer.tag === 'ok') set(showId, answer)
    } catch (error) {
      deps.onFailure(showId, error)
      if (!closed) wake(showId, deps.nowMs() + retryAfterFailureMs)
    }
  }

  return {
    set,
    close() {
      closed = true
      clearTimeout(timer)
      dueAt.clear()
    },
  }
}
