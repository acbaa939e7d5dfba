/** The other end of beginCheckout: a booking that was refused before it was written lets go of the lock. */
import type { Room } from './room.ts'

/** Best effort: what is not done here the comparison ends, a minute after the lock's own end. */
export async function leaveCheckout(
  room: Room,
  { showId, lockId, bookingId }: { showId: number; lockId: string; bookingId: string },
): Promise<void> {
  const left = await room.ledger.leaveCheckout(showId, { lockId, bookingId })
  if (left.tag === 'ok') room.alarms.set(showId, left)
}
