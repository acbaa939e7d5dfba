/**
 * The watch: carries on bookings that wait or whose process died, pays refunds that are owed, and cancels the bookings
 * of cancelled shows. Every process runs
 * one; leases in the rows share the work, and rows that others are at are skipped. One booking that fails does not
 * keep others waiting.
 */
import { type Loop, startLoop } from '../platform/loop.ts'
import { sweepCancelledShows } from './cancel-show.ts'
import { payDueRefunds } from './pay-refunds.ts'
import type { Room } from './room.ts'
import { startDueTurns } from './turn.ts'

export interface Watch {
  stop(): Promise<void>
}

export function startWatch(room: Room): Watch {
  const failed = (task: string) => (error: unknown) =>
    room.log.warn({ task, error }, 'A round of the booking watch failed')
  const loops: Loop[] = [
    // Turns go on behind the round: a gateway that is slow for some does not delay the others.
    startLoop(room.limits.watchEveryMs, async () => void (await startDueTurns(room)), failed('bookings')),
    startLoop(room.limits.watchEveryMs, () => payDueRefunds(room), failed('refunds')),
    startLoop(
      room.limits.watchEveryMs,
      async () => void (await sweepCancelledShows(room)),
      failed('cancelled shows'),
    ),
  ]
  return { stop: async () => void (await Promise.all(loops.map((loop) => loop.stop()))) }
}
