/**
 * Places a lock, or grows one: keeps seats for one buyer until it expires, is released, or becomes a booking.
 * Promise 1: the ledger orders rivals, the claim's primary key decides. A lock is acknowledged when both said yes.
 *
 * Order: ledger first, then claim. A process that dies between the two leaves seats locked in the ledger only, which
 * end by their expiry; nobody was told that they have them.
 */
import { hashOf, keyedUuid } from '../platform/ids.ts'
import { claimPicks } from './claim-picks.ts'
import type { LedgerLock, Placed, Rebuild } from './ledger-replies.ts'
import { onLedger } from './ledger-step.ts'
import {
  BadSeatCount,
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
import { waitForLedger } from './sync-seats.ts'

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
    const prices = await pricesWithClaims(room, request, lock, repeated, deadlineMs)
    if (prices) return seatLock(request.showId, lockIdOf(room, request), lock, prices)
    // Decided under an epoch that a rebuild has ended meanwhile: decide again on the new ledger.
    await waitForLedger(room, request.showId)
  }
  throw new LedgerAway(new Error('The ledger was rebuilt again and again'))
}

function requireSeatCount(room: Room, { seats, areas }: PlaceLock): void {
  const count = seats.length + areas.reduce((sum, area) => sum + area.count, 0)
  const max = room.limits.seatsPerCallMax
  const emptyArea = areas.some((area) => area.count < 1)
  if (count < 1 || count > max || emptyArea || areas.length > room.limits.areasPerCallMax)
    throw new BadSeatCount(count, max)
  const wrong = seats.find((seatNo) => !Number.isSafeInteger(seatNo) || seatNo < 0)
  if (wrong !== undefined) throw new Error(`Seats are numbered from 0; there is no seat ${wrong}`)
}

async function saleOf(room: Room, showId: number): Promise<ShowFact> {
  const fact = await room.facts.of(showId)
  if (!fact) throw new ShowNotOnSale('not_on_sale')
  if (fact.removed) throw new ShowNotOnSale('closed')
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

/** A repeat in checkout or sold has its claims already, in a state that no taking may touch. */
async function pricesWithClaims(
  room: Room,
  request: PlaceLock,
  lock: LedgerLock,
  repeated: boolean,
  deadlineMs: number,
): Promise<Map<number, number | null> | null> {
  const { showId } = request
  const lockId = lockIdOf(room, request)
  if (lock.state !== 'held' || lock.picks.length === 0)
    return await pricesOf(room.pool, showId, lockId, lock.seats)
  const operationId = operationIdOf(room, request)
  return await claimPicks(room, { showId, lockId, operationId, lock, repeated, deadlineMs })
}
