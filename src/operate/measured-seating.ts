/** Seating as the API uses it, with every lock request timed and counted by what came of it. */
import { Outage, Refusal } from '../platform/failures.ts'
import { type Seating, SeatsUnavailable } from '../seating/index.ts'
import type { Instruments, LockSeatsOutcome } from './metrics.ts'

export function measuredSeating(
  seating: Seating,
  instruments: Pick<Instruments, 'lockSeatsSeconds' | 'locksBegun'>,
): Seating {
  return {
    ...seating,
    async placeLock(request) {
      const end = instruments.lockSeatsSeconds.startTimer()
      try {
        const lock = await seating.placeLock(request)
        if (!request.lockId) instruments.locksBegun.inc()
        end({ outcome: 'locked' })
        return lock
      } catch (error) {
        end({ outcome: outcomeOf(error) })
        throw error
      }
    },
  }
}

function outcomeOf(error: unknown): LockSeatsOutcome {
  if (error instanceof SeatsUnavailable) return 'unavailable'
  if (error instanceof Refusal) return 'refused'
  return error instanceof Outage ? 'outage' : 'fault'
}
