/**
 * Seating behind a breaker, for buyers: what fails by an outage is tried again twice, within the two seconds that the
 * operations document allows, and while half of the calls fail selections are refused at once. Every verb is repeatable
 * by its key, so a second try never takes seats twice.
 */
import { type Breaker, withRetries } from '../platform/resilience.ts'
import { LedgerAway, type Seating } from '../seating/index.ts'

/** Operations document: seat locking, 2 s, two retries. */
const seatingRetries = { pausesMs: [100, 500], withinMs: 2_000 }

export function guardedSeating(seating: Seating, breaker: Breaker, nowMs: () => number): Seating {
  const guard = <Answer>(verb: () => Promise<Answer>): Promise<Answer> => {
    const untilMs = nowMs() + seatingRetries.withinMs
    return withRetries(
      seatingRetries.pausesMs,
      () => breaker.run(verb, () => new LedgerAway(new Error('The breaker of seating is open'))),
      // The last pause must leave time for the try behind it.
      () => !breaker.isOpen && nowMs() + 600 < untilMs,
    )
  }
  return {
    ...seating,
    placeLock: (request) => guard(() => seating.placeLock(request)),
    extendLock: (request) => guard(() => seating.extendLock(request)),
    releaseLock: (request) => guard(() => seating.releaseLock(request)),
  }
}
