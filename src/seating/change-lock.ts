/** What an owner may do with a lock: extend it once, give seats back, look at it, begin to pay for it. */
import { keyedUuid } from '../platform/ids.ts'
import { CommitUnknown, inTransaction, sqlState } from '../platform/transaction.ts'
import { extendClaims, freeClaims, readClaims } from './claims.ts'
import type { LedgerLock, LockGone } from './ledger.redis.ts'
import { onLedger } from './ledger-step.ts'
import { AlreadyExtended, ClaimsAway, ClaimsLost, LockInCheckout, LockNotFound } from './refusals.ts'
import type { Room } from './room.ts'
import { pricesOf, type SeatLock, seatLock } from './seat-lock.ts'
import { recordSeatSync, syncSeats } from './sync-seats.ts'

export interface MyLock {
  showId: number
  lockId: string
  buyerId: string
}

/** Ledger first, then claims, as every taking: the claims may only ever say less than the ledger. */
export async function extendLock(
  room: Room,
  request: MyLock & { idempotencyKey: string },
): Promise<SeatLock> {
  const { showId, lockId, buyerId, idempotencyKey } = request
  const extended = await onLedger(room, showId, () =>
    room.ledger.extend(showId, {
      lockId,
      buyerId,
      operationId: keyedUuid(room.idSecret, 'extend', buyerId, lockId, idempotencyKey),
      extensionMs: room.limits.extensionMs,
      lockAgeMsMax: room.limits.lockAgeMsMax,
    }),
  )
  if (extended.tag === 'already_extended') throw new AlreadyExtended()
  const lock = lockOf(extended)
  room.alarms.set(showId, lock)
  await room.faultPoint('extend: between ledger and claims')
  try {
    const owned = { showId, lockId, seats: lock.seats, expiresAt: new Date(lock.expiresAtMs) }
    await inTransaction(room.pool, (tx) => extendClaims(tx, owned))
  } catch (error) {
    if (error instanceof ClaimsLost) {
      await syncSeats(room, { showId, lockId, seats: lock.seats })
      throw new LockNotFound()
    }
    throw databaseFailure(error)
  }
  return seatLock(showId, lockId, lock, await pricesOf(room.pool, showId, lockId, lock.seats))
}

/**
 * Gives seats back, all or some. Claims first, then ledger: the other way round a rival could be given the seat by
 * the ledger while the claim still refuses it. Seats that are not the lock's are ignored, so it may be repeated.
 */
export async function releaseLock(
  room: Room,
  { showId, lockId, buyerId, seats }: MyLock & { seats?: number[] | undefined },
): Promise<{ released: number[]; lock: SeatLock | null }> {
  const held = await lookAtMine(room, { showId, lockId, buyerId })
  if (held.state === 'checkout' || held.state === 'converted') throw new LockInCheckout()
  const wanted = new Set(seats ?? held.seats)
  const giving = held.seats.filter((seatNo) => wanted.has(seatNo))
  if (giving.length > 0) await give(room, { showId, lockId, seats: giving })
  const rest = giving.length < held.seats.length ? await findLock(room, { showId, lockId, buyerId }) : null
  return { released: giving, lock: rest }
}

async function give(room: Room, owned: { showId: number; lockId: string; seats: number[] }): Promise<void> {
  let outboxId: bigint
  try {
    outboxId = await inTransaction(room.pool, async (tx) => {
      await freeClaims(tx, owned)
      return await recordSeatSync(tx, owned, room.limits.relayAfterMs)
    })
  } catch (error) {
    throw databaseFailure(error)
  }
  await room.faultPoint('release: between claims and ledger')
  await syncSeats(room, { ...owned, outboxId })
}

/** null: expired, given back, or another buyer's. */
export async function findLock(room: Room, { showId, lockId, buyerId }: MyLock): Promise<SeatLock | null> {
  const found = await onLedger(room, showId, () => room.ledger.look(showId, lockId))
  if (found.tag === 'not_found' || found.lock.buyerId !== buyerId || hasEnded(found.lock)) return null
  return seatLock(showId, lockId, found.lock, await pricesOf(room.pool, showId, lockId, found.lock.seats))
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

/**
 * The ledger's step of a booking: from here the lock has no expiry, and only a committed outcome frees its seats.
 * The same booking may begin again. Prices come with the claims (claimsToPaying).
 */
export async function beginCheckout(room: Room, request: MyLock & { bookingId: string }): Promise<SeatLock> {
  const { showId, lockId, buyerId, bookingId } = request
  const begun = await onLedger(room, showId, () =>
    room.ledger.checkout(showId, { lockId, buyerId, bookingId }),
  )
  return seatLock(showId, lockId, lockOf(begun), new Map())
}

async function lookAtMine(room: Room, { showId, lockId, buyerId }: MyLock): Promise<LedgerLock> {
  const found = await onLedger(room, showId, () => room.ledger.look(showId, lockId))
  if (found.tag === 'not_found' || found.lock.buyerId !== buyerId || hasEnded(found.lock))
    throw new LockNotFound()
  return found.lock
}

const hasEnded = (lock: LedgerLock) =>
  lock.state === 'expired' ||
  lock.state === 'released' ||
  (lock.state === 'held' && lock.expiresAtMs <= lock.nowMs)

function lockOf(reply: { tag: 'ok' | 'repeat'; lock: LedgerLock } | LockGone): LedgerLock {
  switch (reply.tag) {
    case 'not_found':
      throw new LockNotFound()
    case 'in_checkout':
      throw new LockInCheckout()
    default:
      return reply.lock
  }
}

/** No answer from PostgreSQL is an outage; its refusals are faults. */
function databaseFailure(error: unknown): unknown {
  return error instanceof CommitUnknown || sqlState(error) === undefined ? new ClaimsAway(error) : error
}
