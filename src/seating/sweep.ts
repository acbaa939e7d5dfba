/**
 * The slow sweep, done by one process at a time: ends locks whose alarm died with its process, deletes claims of locks
 * that ended long ago, and compares ledgers with claims. Who sweeps is a courtesy; every step is safe from several.
 */
import { Outage } from '../platform/failures.ts'
import { inTransaction } from '../platform/transaction.ts'
import { freeClaims, readClaims } from './claims.ts'
import { compareShow, type Difference, repairShow } from './compare.ts'
import { onLedger } from './ledger-step.ts'
import type { Room } from './room.ts'
import { recordSeatSync, syncSeats } from './sync-seats.ts'

/** Carries the differences of the last round, so that only lasting ones are repaired. */
export type Seen = Map<number, Difference[]>

export async function sweepShows(room: Room, seen: Seen): Promise<void> {
  const { rows } = await room.pool.query<{ show_id: number }>(
    `SELECT l.show_id FROM show_ledger l JOIN show s ON s.id = l.show_id
      WHERE s.starts_at > now() - interval '1 day' ORDER BY l.show_id`,
  )
  const positions = await room.ledger.positions(rows.map((row) => row.show_id))
  for (const [showId, position] of positions) {
    // A show whose ledger nobody has asked for yet has nothing to sweep.
    if (!position) continue
    await sweepShow(room, showId, seen).catch((error: unknown) => {
      // What is wrong with one show must not keep the others from their sweep.
      if (error instanceof Outage) throw error
      room.log.warn({ showId, error }, 'A show could not be swept')
    })
  }
}

export async function sweepShow(room: Room, showId: number, seen: Seen): Promise<void> {
  const ended = await onLedger(room, showId, () => room.ledger.expire(showId, room.limits.expiredPerCallMax))
  room.alarms.set(showId, ended)
  await sweepClaims(room, showId, ended.nowMs - room.limits.claimGraceMs)
  const before = seen.get(showId)
  const differences = before?.length
    ? await repairShow(room, showId, before)
    : await compareShow(room, showId)
  if (differences.length > 0) seen.set(showId, differences)
  else seen.delete(showId)
}

/**
 * Deletes claims of locks that ended before `endedBeforeMs` (Redis' clock). A lock that the ledger still holds keeps
 * them. A checkout that began long ago and never became a booking (its process died in between) ends here: the
 * commit of its booking would find the claims gone and fail.
 */
async function sweepClaims(room: Room, showId: number, endedBeforeMs: number): Promise<void> {
  const claims = await readClaims(room.pool, showId, { endedBy: new Date(endedBeforeMs) })
  const endedLocks = new Map<string, number[]>()
  for (const { lockId, seatNo } of claims) {
    if (lockId) endedLocks.set(lockId, [...(endedLocks.get(lockId) ?? []), seatNo])
  }
  for (const [lockId, seats] of endedLocks) await sweepLock(room, { showId, lockId, seats }, endedBeforeMs)
}

async function sweepLock(
  room: Room,
  owned: { showId: number; lockId: string; seats: number[] },
  endedBeforeMs: number,
): Promise<void> {
  const found = await onLedger(room, owned.showId, () => room.ledger.look(owned.showId, owned.lockId))
  const held = found.tag === 'ok' && found.lock.state === 'held' && found.lock.expiresAtMs > endedBeforeMs
  const paying = found.tag === 'ok' && found.lock.state === 'checkout' && found.checkoutAtMs > endedBeforeMs
  if (held || paying) return
  const epoch = found.tag === 'ok' ? found.lock.epoch : found.epoch
  // A checkout may hold seats whose claims never came. They go with the rest: nothing else would end them.
  const inLedger = found.tag === 'ok' ? found.lock.seats : []
  const sync = { ...owned, seats: [...new Set([...owned.seats, ...inLedger])].sort((a, b) => a - b) }
  const outboxId = await inTransaction(room.pool, async (tx) => {
    const freed = await freeClaims(tx, { ...owned, expiredBefore: new Date(endedBeforeMs) })
    // Looked at under another epoch: the ledger of this one may hold it. The next round looks again.
    if (freed.epoch !== epoch) throw new EpochMoved()
    return freed.freed.length > 0 ? await recordSeatSync(tx, sync, room.limits.relayAfterMs) : null
  }).catch((error: unknown) => {
    if (error instanceof EpochMoved) return null
    throw error
  })
  if (outboxId !== null) await syncSeats(room, { ...sync, outboxId })
}

class EpochMoved extends Error {}
