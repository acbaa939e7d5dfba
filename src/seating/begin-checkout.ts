/**
 * The ledger's step of a booking: from here the lock has no expiry, and only a committed outcome frees its seats. The
 * same booking may begin again.
 */
import { readClaims } from './claims.ts'
import type { LedgerLock } from './ledger-replies.ts'
import { onLedger } from './ledger-step.ts'
import { lockOf, lookAtMine, type MyLock } from './my-lock.ts'
import { LockNotFound } from './refusals.ts'
import type { Room } from './room.ts'
import { pricesOf, type SeatLock, seatLock } from './seat-lock.ts'
import { syncSeats } from './sync-seats.ts'

export async function beginCheckout(room: Room, request: MyLock & { bookingId: string }): Promise<SeatLock> {
  const { showId, lockId, buyerId, bookingId } = request
  const held = await lookAtMine(room, { showId, lockId, buyerId })
  if (!held) throw new LockNotFound()
  if (held.state === 'held') await dropUnclaimed(room, request, held)
  const begun = lockOf(
    await onLedger(room, showId, () => room.ledger.checkout(showId, { lockId, buyerId, bookingId })),
  )
  return seatLock(showId, lockId, begun, await pricesOf(room.pool, showId, lockId, begun.seats))
}

/**
 * A growth whose claim never came, because PostgreSQL was away, leaves seats in the ledger of which its buyer was told
 * that they could not be locked. They must not cost them the seats that they have. A placing is claimed whole or not at
 * all: where a part of one is missing, claims were lost, and the booking must notice.
 */
async function dropUnclaimed(
  room: Room,
  { showId, lockId }: MyLock,
  held: LedgerLock & { placings: number[][] },
): Promise<void> {
  const claims = await readClaims(room.pool, showId, { seats: held.seats })
  const claimed = new Set(claims.map((claim) => claim.seatNo))
  const mine = new Set(held.seats)
  const unclaimed = held.placings
    .filter((placing) => !placing.some((seatNo) => claimed.has(seatNo)))
    .flatMap((placing) => placing.filter((seatNo) => mine.has(seatNo)))
  if (unclaimed.length > 0) await syncSeats(room, { showId, lockId, seats: unclaimed })
}
