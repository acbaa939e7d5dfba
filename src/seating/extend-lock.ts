/**
 * Gives a lock its one extension. Ledger first, then claims, as every taking: the claims may only ever say less than
 * the ledger.
 */
import { keyedUuid } from '../platform/ids.ts'
import { inTransaction } from '../platform/transaction.ts'
import { extendClaims } from './claims.ts'
import type { LedgerLock } from './ledger-replies.ts'
import { onLedger } from './ledger-step.ts'
import { lockOf, type MyLock, nothingLeft } from './my-lock.ts'
import { AlreadyExtended, ClaimsLost, LedgerAway } from './refusals.ts'
import type { Room } from './room.ts'
import { pricesOf, type SeatLock, seatLock } from './seat-lock.ts'
import { syncSeats, waitForLedger } from './sync-seats.ts'

export async function extendLock(
  room: Room,
  request: MyLock & { idempotencyKey: string },
): Promise<SeatLock> {
  const { showId, lockId } = request
  for (let attempt = 1; attempt <= room.limits.ledgerStepTriesMax; attempt++) {
    const lock = await extendInLedger(room, request)
    room.alarms.set(showId, lock)
    await room.faultPoint('extend: between ledger and claims')
    if (await extendInClaims(room, request, lock))
      return seatLock(showId, lockId, lock, await pricesOf(room.pool, showId, lockId, lock.seats))
  }
  throw new LedgerAway(new Error('The ledger and the claims of the lock changed again and again'))
}

async function extendInLedger(
  room: Room,
  { showId, lockId, buyerId, idempotencyKey }: MyLock & { idempotencyKey: string },
): Promise<LedgerLock> {
  const reply = await onLedger(room, showId, () =>
    room.ledger.extend(showId, {
      ...{ lockId, buyerId },
      operationId: keyedUuid(room.idSecret, 'extend', buyerId, lockId, idempotencyKey),
      extensionMs: room.limits.extensionMs,
      lockAgeMsMax: room.limits.lockAgeMsMax,
    }),
  ).catch(nothingLeft)
  if (reply.tag === 'already_extended') throw new AlreadyExtended()
  return lockOf(reply)
}

/** False: decide again, because the ledger is another or the lock has other seats than it seemed to have. */
async function extendInClaims(room: Room, { showId, lockId }: MyLock, lock: LedgerLock): Promise<boolean> {
  const { seats, epoch } = lock
  const owned = { showId, lockId, seats, epoch, expiresAt: new Date(lock.expiresAtMs) }
  try {
    const outcome = await inTransaction(room.pool, (tx) => extendClaims(tx, owned))
    if (outcome === 'stale') await waitForLedger(room, showId)
    return outcome === 'extended'
  } catch (error) {
    if (!(error instanceof ClaimsLost)) throw error
    // A growth whose claim never came leaves a seat in the ledger that is not the lock's; the rest of the lock is.
    await syncSeats(room, { showId, lockId, seats })
    return false
  }
}
