/** What was asked of the processes and may still be going on: whoever asked has patience, gives up, and may ask again. */
import { setTimeout as pause } from 'node:timers/promises'
import { Outage, Refusal } from '../../../src/platform/failures.ts'

const patienceMs = 1_500

export function openUnderWay() {
  const works = new Map<Promise<unknown>, number>()
  /** What is neither a refusal nor an outage. */
  const faults: unknown[] = []
  return {
    faults,
    /** `at`: the process that was asked. */
    async patiently(at: number, work: Promise<unknown>): Promise<void> {
      const heard = work
        .catch((error: unknown) => {
          if (!(error instanceof Refusal || error instanceof Outage)) faults.push(error)
        })
        .finally(() => works.delete(heard))
      works.set(heard, at)
      const settled = new AbortController()
      const patience = pause(patienceMs, undefined, { signal: settled.signal }).catch(() => {})
      await Promise.race([heard, patience])
      settled.abort()
    },
    /** The process is gone: what it was asked is never answered. */
    forget(at: number) {
      for (const [work, by] of works) if (by === at) works.delete(work)
    },
    settled: () => Promise.all(works.keys()),
  }
}
