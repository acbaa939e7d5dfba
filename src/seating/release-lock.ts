/**
 * Gives seats back, all or some. Claims first, then ledger: the other way round a rival could be given the seat by
 * the ledger while the claim still refuses it.
 */
import { inTransaction } from '../platform/transaction.ts'
import { freeClaims } from './claims.ts'
import { findLock } from './find-lock.ts'
import { lookAtMine, type MyLock } from './my-lock.ts'
import { LockInCheckout, LockNotFound } from './refusals.ts'
import type { Room } from './room.ts'
import type { SeatLock } from './seat-lock.ts'
import { recordSeatSync, syncSeats } from './sync-seats.ts'

/** Seats that are not the lock's are ignored, so it may be repeated. */
export async function releaseLock(
  room: Room,
  { showId, lockId, buyerId, seats }: MyLock & { seats?: number[] | undefined },
): Promise<{ released: number[]; lock: SeatLock | null }> {
  const held = await lookAtMine(room, { showId, lockId, buyerId })
  if (!held) throw new LockNotFound()
  if (held.state === 'checkout' || held.state === 'converted') throw new LockInCheckout()
  const wanted = new Set(seats ?? held.seats)
  const giving = held.seats.filter((seatNo) => wanted.has(seatNo))
  if (giving.length > 0) await giveBack(room, { showId, lockId, seats: giving })
  const rest = giving.length < held.seats.length ? await findLock(room, { showId, lockId, buyerId }) : null
  return { released: giving, lock: rest }
}

/** Ends the lock's claims of these seats, and then what the ledger says of them. */
export async function giveBack(
  room: Room,
  owned: { showId: number; lockId: string; seats: number[] },
): Promise<void> {
  const outboxId = await inTransaction(room.pool, async (tx) => {
    await freeClaims(tx, owned)
    return await recordSeatSync(tx, owned, room.limits.relayAfterMs)
  })
  await room.faultPoint('release: between claims and ledger')
  await syncSeats(room, { ...owned, outboxId })
}
