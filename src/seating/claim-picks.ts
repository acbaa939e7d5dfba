/**
 * The second half of placing a lock: the seats that the ledger gave become claims, or go back to it. Nobody is told that
 * they have a seat before its claim is there.
 */
import { NotSent } from './claim-batch.ts'
import type { LedgerLock } from './ledger-replies.ts'
import { lookAtMine } from './my-lock.ts'
import { LockNotFound, SeatsUnavailable, ShowNotOnSale } from './refusals.ts'
import { giveBack } from './release-lock.ts'
import type { Room } from './room.ts'
import { pricesOf } from './seat-lock.ts'
import { syncSeats } from './sync-seats.ts'
import type { TakingVerdict } from './take-claims.ts'

export interface Picked {
  showId: number
  lockId: string
  operationId: string
  lock: LedgerLock
  repeated: boolean
  deadlineMs: number
}

/** The price list of every seat of the lock; null: decide again, the ledger has changed since. */
export async function claimPicks(room: Room, picked: Picked): Promise<Map<number, number | null> | null> {
  const { showId, lockId, lock, repeated } = picked
  const verdict = await take(room, picked)
  switch (verdict.tag) {
    case 'taken':
      // Only a new lock is unknown to everyone else until it is answered.
      if (lock.seats.length === lock.fresh.length && !repeated)
        return new Map(lock.seats.map((seatNo) => [seatNo, verdict.priceListId]))
      await requireStillMine(room, picked)
      return await pricesOf(room.pool, showId, lockId, lock.seats)
    case 'stale':
      return null
    case 'not_on_sale':
      room.facts.forget(showId)
      await undo(room, picked)
      throw new ShowNotOnSale('closed')
    case 'conflict':
      return await lost(room, picked, verdict.seats)
  }
}

/**
 * What was the lock's before is claimed by itself: a conflict takes all of a taking back, and must not take back a seat
 * that the buyer was told is theirs.
 */
async function take(room: Room, picked: Picked): Promise<TakingVerdict> {
  const { showId, lockId, operationId, lock, repeated, deadlineMs } = picked
  const fresh = new Set(lock.fresh)
  const parts = [lock.picks.filter((seatNo) => !fresh.has(seatNo)), lock.fresh]
  let verdict: TakingVerdict = { tag: 'taken', epoch: lock.epoch, priceListId: null }
  for (const seats of parts.filter((part) => part.length > 0)) {
    const times = { decidedAt: new Date(lock.nowMs), expiresAt: new Date(lock.expiresAtMs) }
    const { epoch, buyerId } = lock
    try {
      verdict = await room.batch.take({ showId, epoch, ...times, lockId, buyerId, seats }, deadlineMs)
    } catch (error) {
      // Never sent, so the seats can go back at once. An unknown outcome is left to a repeat, or to the expiry.
      if (error instanceof NotSent && !repeated)
        await room.ledger.withdraw(showId, { lockId, operationId }).catch(() => {})
      throw error
    }
    if (verdict.tag !== 'taken') return verdict
  }
  return verdict
}

/** A release may have crossed the taking, and have found no claim to end: then the seats go back now. */
async function requireStillMine(room: Room, { showId, lockId, lock }: Picked): Promise<void> {
  const now = await lookAtMine(room, { showId, lockId, buyerId: lock.buyerId })
  const mine = new Set(now?.seats)
  const gone = lock.picks.filter((seatNo) => !mine.has(seatNo))
  if (gone.length === 0) return
  await giveBack(room, { showId, lockId, seats: gone })
  throw new LockNotFound()
}

async function lost(room: Room, picked: Picked, seats: number[]): Promise<null> {
  const { showId, lockId, lock, repeated } = picked
  await undo(room, picked)
  // A repeat may meet its own lock again as a booking, whose claims no taking may touch: the ledger knows.
  if (repeated && (await lookAtMine(room, { showId, lockId, buyerId: lock.buyerId }))?.state !== 'held')
    return null
  room.events.claimConflict(showId)
  room.log.warn({ showId, lockId, seats }, 'The claims refused seats that the ledger had given')
  throw new SeatsUnavailable(
    seats.map((seatNo) => ({ seatNo, status: 'l' })),
    [],
  )
}

/** The ledger takes over what the claims say of these seats. If that fails now, the slow comparison finds it. */
async function undo(room: Room, { showId, lockId, lock }: Picked): Promise<void> {
  await syncSeats(room, { showId, lockId, seats: lock.picks }).catch((error: unknown) => {
    room.log.warn(
      { showId, lockId, error },
      'Seats refused by the claims stay locked in the ledger until repaired',
    )
  })
}
