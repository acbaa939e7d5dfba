/** A lock as the rest of the product sees it. */
import type { Pool } from '../platform/postgres.ts'
import { readClaims } from './claims.ts'
import type { LedgerLock } from './ledger-replies.ts'

export interface SeatLock {
  lockId: string
  showId: number
  buyerId: string
  state: 'held' | 'in_checkout' | 'converted'
  /** Ascending. The price list is the one in force when the seat was locked; null: the show had none. */
  seats: { seatNo: number; priceListId: number | null }[]
  expiresAt: Date
  /** Time left by the clock that judges it, so that a buyer's wrong clock does not matter. */
  expiresInMs: number
  extended: boolean
  bookingId: string | null
  /** The ledger's position after the change: a map at least as new shows it. */
  epoch: number
  seq: number
}

const stateOf = { held: 'held', checkout: 'in_checkout', converted: 'converted' } as const

export function seatLock(
  showId: number,
  lockId: string,
  lock: LedgerLock,
  prices: ReadonlyMap<number, number | null>,
): SeatLock {
  if (lock.state === 'expired' || lock.state === 'released') throw new Error(`Lock ${lockId} has ended`)
  return {
    lockId,
    showId,
    buyerId: lock.buyerId,
    state: stateOf[lock.state],
    seats: lock.seats.map((seatNo) => ({ seatNo, priceListId: prices.get(seatNo) ?? null })),
    expiresAt: new Date(lock.expiresAtMs),
    expiresInMs: Math.max(0, lock.expiresAtMs - lock.nowMs),
    extended: lock.extended,
    bookingId: lock.bookingId,
    epoch: lock.epoch,
    seq: lock.seq,
  }
}

/** The price lists that the claims of a lock remember. */
export async function pricesOf(pool: Pool, showId: number, lockId: string, seats: number[]) {
  const claims = await readClaims(pool, showId, { seats })
  return new Map(
    claims.filter((claim) => claim.lockId === lockId).map((claim) => [claim.seatNo, claim.priceListId]),
  )
}
