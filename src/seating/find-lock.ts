/** Locks as their buyer sees them. */
import { readClaims } from './claims.ts'
import { lookAtMine, type MyLock } from './my-lock.ts'
import type { Room } from './room.ts'
import { pricesOf, type SeatLock, seatLock } from './seat-lock.ts'

/** null: expired, given back, or another buyer's. */
export async function findLock(room: Room, mine: MyLock): Promise<SeatLock | null> {
  const lock = await lookAtMine(room, mine)
  if (!lock) return null
  const { showId, lockId } = mine
  return seatLock(showId, lockId, lock, await pricesOf(room.pool, showId, lockId, lock.seats))
}

/** The buyer's locks that are not yet paid for. */
export async function locksOf(room: Room, { showId, buyerId }: Omit<MyLock, 'lockId'>): Promise<SeatLock[]> {
  const claims = await readClaims(room.pool, showId, { buyerId })
  const ids = new Set(
    claims.flatMap((claim) => (claim.state === 'locked' && claim.lockId ? [claim.lockId] : [])),
  )
  const locks = await Promise.all([...ids].map((lockId) => findLock(room, { showId, lockId, buyerId })))
  return locks.filter((lock) => lock !== null)
}
