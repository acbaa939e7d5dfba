/**
 * Places a lock, or grows one: keeps seats for one buyer until it expires, is released, or becomes a booking.
 * Promise 1: the ledger orders rivals, the claim's primary key decides. A lock is acknowledged when both said yes.
 *
 * Order: ledger first, then claim. A process that dies between the two leaves seats locked in the ledger only, which
 * end by their expiry; nobody was told that they have them.
 */
import { hashOf, keyedUuid } from '../platform/ids.ts'
import { NotSent, type TakingVerdict } from './claim-batch.ts'
import type { LedgerLock, Placed, Rebuild } from './ledger.redis.ts'
import { onLedger } from './ledger-step.ts'
import {
  BadSeatCount,
  ClaimsAway,
  KeyReused,
  LedgerAway,
  LockInCheckout,
  LockNotFound,
  SeatLimitReached,
  SeatsUnavailable,
  ShowNotOnSale,
} from './refusals.ts'
import type { Room } from './room.ts'
import { pricesOf, type SeatLock, seatLock } from './seat-lock.ts'
import type { ShowFact } from './show-facts.ts'
import { syncSeats, waitForLedger } from './sync-seats.ts'

export interface PlaceLock {
  showId: number
  buyerId: string
  /** Grow this lock; absent: place a new one. */
  lockId?: string | undefined
  seats: number[]
  /** Standing areas: the lowest free places of each. */
  areas: { key: string; count: number; ranges: [from: number, to: number][] }[]
  idempotencyKey: string
}

export async function placeLock(room: Room, request: PlaceLock): Promise<SeatLock> {
  const deadlineMs = room.nowMs() + room.limits.placeDeadlineMs
  requireSeatCount(room, request)
  for (let attempt = 1; attempt <= room.limits.ledgerStepTriesMax; attempt++) {
    const fact = await saleOf(room, request.showId)
    const { lock, repeated } = await decide(room, request, fact)
    room.alarms.set(request.showId, lock)
    await room.faultPoint('place: between ledger and claims')
    // A repeat in checkout or sold has its claims already, in a state that no taking may touch.
    const prices =
      lock.state === 'held' && lock.picks.length > 0
        ? await claim(room, request, lock, repeated, deadlineMs)
        : await pricesOf(room.pool, request.showId, lockIdOf(room, request), lock.seats)
    if (prices) return seatLock(request.showId, lockIdOf(room, request), lock, prices)
    // Decided under an epoch that a rebuild has ended meanwhile: decide again on the new ledger.
    await waitForLedger(room, request.showId)
  }
  throw new LedgerAway(new Error('The ledger was rebuilt again and again'))
}

function requireSeatCount(room: Room, { seats, areas }: PlaceLock): void {
  const count = seats.length + areas.reduce((sum, area) => sum + area.count, 0)
  const max = room.limits.seatsPerCallMax
  if (count < 1 || count > max || areas.length > room.limits.areasPerCallMax)
    throw new BadSeatCount(count, max)
}

async function saleOf(room: Room, showId: number): Promise<ShowFact> {
  const fact = await room.facts.of(showId).catch((error: unknown) => {
    throw new ClaimsAway(error)
  })
  if (!fact) throw new ShowNotOnSale('not_on_sale')
  if (fact.status !== 'on_sale') throw new ShowNotOnSale(fact.status)
  return fact
}

const operationIdOf = (room: Room, { buyerId, showId, idempotencyKey }: PlaceLock) =>
  keyedUuid(room.idSecret, 'lock', buyerId, String(showId), idempotencyKey)

const lockIdOf = (room: Room, request: PlaceLock) => request.lockId ?? operationIdOf(room, request)

async function decide(
  room: Room,
  request: PlaceLock,
  fact: ShowFact,
): Promise<{ lock: LedgerLock; repeated: boolean }> {
  const seats = [...new Set(request.seats)].sort((a, b) => a - b)
  const placed = await onLedger(room, request.showId, () =>
    room.ledger.place(request.showId, {
      lockId: lockIdOf(room, request),
      buyerId: request.buyerId,
      operationId: operationIdOf(room, request),
      fingerprint: fingerprintOf(request, seats),
      mode: request.lockId ? 'grow' : 'new',
      lockTtlMs: room.limits.lockTtlMs,
      seatsPerBuyerMax: fact.seatsPerBuyerMax,
      seats,
      areas: request.areas,
    }),
  )
  if ('lock' in placed) return { lock: placed.lock, repeated: placed.tag === 'repeat' }
  throw refusalOf(placed, request, fact)
}

const fingerprintOf = (request: PlaceLock, seats: number[]) =>
  hashOf({
    lockId: request.lockId ?? null,
    seats,
    areas: request.areas.map(({ key, count }) => [key, count]),
  })

function refusalOf(
  placed: Exclude<Placed, { lock: LedgerLock } | Rebuild>,
  request: PlaceLock,
  fact: ShowFact,
): Error {
  switch (placed.tag) {
    case 'conflict':
      return new SeatsUnavailable(
        placed.seats,
        request.areas.flatMap(({ key, count }, index) => {
          const free = placed.areasFree[index] ?? 0
          return free < count ? [{ key, free }] : []
        }),
      )
    case 'limit':
      return new SeatLimitReached(placed.held, fact.seatsPerBuyerMax)
    case 'key_reused':
      return new KeyReused()
    case 'in_checkout':
      return new LockInCheckout()
    case 'not_found':
      return new LockNotFound()
  }
}

/** The price list of every seat of the lock; null when the ledger's decision came from an epoch that has ended. */
async function claim(
  room: Room,
  request: PlaceLock,
  lock: LedgerLock,
  repeated: boolean,
  deadlineMs: number,
): Promise<Map<number, number | null> | null> {
  const lockId = lockIdOf(room, request)
  const { showId } = request
  let verdict: TakingVerdict
  try {
    verdict = await room.batch.take(
      {
        showId,
        epoch: lock.epoch,
        decidedAt: new Date(lock.nowMs),
        expiresAt: new Date(lock.expiresAtMs),
        lockId,
        buyerId: lock.buyerId,
        seats: lock.picks,
      },
      deadlineMs,
    )
  } catch (error) {
    // Never sent, so the seats can go back at once. An unknown outcome is left to a repeat, or to the expiry.
    if (error instanceof NotSent && !repeated) await giveBackUnclaimed(room, showId, lockId, lock)
    throw error
  }
  switch (verdict.tag) {
    case 'taken': {
      if (lock.seats.length === lock.picks.length) {
        if (!repeated) return new Map(lock.seats.map((seatNo) => [seatNo, verdict.priceListId]))
      }
      return await pricesOf(room.pool, showId, lockId, lock.seats)
    }
    case 'stale':
      return null
    case 'not_on_sale':
      room.facts.forget(showId)
      await undo(room, showId, lockId, lock.picks)
      throw new ShowNotOnSale('closed')
    case 'conflict':
      room.events.claimConflict(showId)
      room.log.warn(
        { showId, lockId, seats: verdict.seats },
        'The claims refused seats that the ledger had given',
      )
      await undo(room, showId, lockId, lock.picks)
      throw new SeatsUnavailable(
        verdict.seats.map((seatNo) => ({ seatNo, status: 'l' })),
        [],
      )
  }
}

/** The ledger takes over what the claims say of these seats. If that fails now, the slow comparison finds it. */
async function undo(room: Room, showId: number, lockId: string, seats: number[]): Promise<void> {
  await syncSeats(room, { showId, lockId, seats }).catch((error: unknown) => {
    room.log.warn(
      { showId, lockId, error },
      'Seats refused by the claims stay locked in the ledger until repaired',
    )
  })
}

async function giveBackUnclaimed(
  room: Room,
  showId: number,
  lockId: string,
  lock: LedgerLock,
): Promise<void> {
  const seats = lock.picks.map((seatNo) => ({ seatNo, letter: 'a' as const, holder: null }))
  await room.ledger.settle(showId, { epochMin: lock.epoch, expectedHolder: lockId, seats }).catch(() => {})
}
