/**
 * seat_sync: brings the ledger to what the claims say. Every commit that ends, frees, opens or closes seats writes an
 * outbox row for it; the committing process does it at once, a relay repeats it after a crash. The same verb repairs
 * the ledger after PostgreSQL refused a taking.
 *
 * The claims are read FOR SHARE under the fence, so neither they nor the epoch can move before the ledger has them;
 * a ledger that is older is waited for or rebuilt, outside the transaction, because a rebuild needs the fence.
 */
import type { Pool } from '../platform/postgres.ts'
import { CommitUnknown, inTransaction, type Tx } from '../platform/transaction.ts'
import { settledSeat } from './claimed-ledger.ts'
import { lockFence, readClaims } from './claims.ts'
import { LedgerAway, LedgerRemoved } from './refusals.ts'
import type { Room } from './room.ts'

export interface SeatSync {
  showId: number
  /** Who holds the seats in the ledger as far as the writer knew; null: nobody. Other holders are left alone. */
  lockId: string | null
  seats: number[]
}

export const seatSyncTopic = 'seat_sync'

/** Part of the commit that made the sync necessary. Returns the outbox row's id. */
export async function recordSeatSync(tx: Tx, sync: SeatSync, relayAfterMs = 5_000): Promise<bigint> {
  const { rows } = await tx.query({
    name: 'record_seat_sync',
    text: `INSERT INTO outbox (topic, payload, due_at) VALUES ($1, $2, now() + $3 * interval '1 ms') RETURNING id`,
    values: [seatSyncTopic, JSON.stringify(sync), relayAfterMs],
  })
  return BigInt(rows[0].id)
}

/** Throws an Outage when it could not be done; the relay will. */
export async function syncSeats(room: Room, sync: SeatSync & { outboxId?: bigint }): Promise<void> {
  let { lockId } = sync
  for (let attempt = 1; attempt <= room.limits.ledgerStepTriesMax; attempt++) {
    const outcome = await syncOnce(room, { ...sync, lockId })
    if (outcome === 'done') return
    // The ledger gave the seats up a moment before their claims arrived: it takes them back if nobody was faster.
    if (outcome === 'again') lockId = null
    if (outcome === 'behind') await waitForLedger(room, sync.showId)
    if (outcome === 'rebuild' && !(await hasLedger(room, sync.showId))) return await markDone(room.pool, sync)
  }
  throw new LedgerAway(new Error(`Seats of show ${sync.showId} could not be brought to the ledger`))
}

/** Builds it; false where no ledger is built any more, and so nothing is left to bring up to date. */
async function hasLedger(room: Room, showId: number): Promise<boolean> {
  try {
    await room.rebuilds.ensure(showId)
    return true
  } catch (error) {
    if (error instanceof LedgerRemoved) return false
    throw error
  }
}

async function syncOnce(
  room: Room,
  sync: SeatSync & { outboxId?: bigint },
): Promise<'done' | 'behind' | 'rebuild' | 'again'> {
  let settled = false
  try {
    return await inTransaction(room.pool, async (tx) => {
      const fence = await lockFence(tx, sync.showId)
      const reply = fence ? await settle(room, tx, sync, fence.epoch) : 'done'
      if (reply !== 'done') return reply
      settled = true
      await markDone(tx, sync)
      return 'done'
    })
  } catch (error) {
    // The ledger has it; only the note that it has is uncertain, and a repeat does no harm.
    if (settled && error instanceof CommitUnknown) return 'done'
    throw error
  }
}

async function settle(room: Room, tx: Tx, sync: SeatSync, epochMin: number) {
  const { showId, lockId, seats } = sync
  const claims = await readClaims(tx, showId, { seats, forShare: true })
  const bySeat = new Map(claims.map((claim) => [claim.seatNo, claim]))
  const reply = await room.ledger.settle(showId, {
    epochMin,
    expectedHolder: lockId,
    seats: seats.map((seatNo) => settledSeat(seatNo, bySeat.get(seatNo))),
  })
  if (reply.tag !== 'ok') return reply.tag
  room.alarms.set(showId, reply)
  // A claim that is not there cannot be locked: the lock's own taking may have been on its way, and have arrived while
  // the ledger gave the seat up.
  const absent = lockId === null ? [] : seats.filter((seatNo) => !bySeat.has(seatNo))
  if (absent.length === 0) return 'done'
  const arrived = await readClaims(tx, showId, { seats: absent })
  return arrived.some((claim) => claim.lockId === lockId) ? 'again' : 'done'
}

async function markDone(db: Pool | Tx, { outboxId }: { outboxId?: bigint }): Promise<void> {
  if (outboxId !== undefined) await db.query('UPDATE outbox SET done_at = now() WHERE id = $1', [outboxId])
}

/** Another process has raised the epoch and is about to load its ledger; if it died over that, we build it. */
export async function waitForLedger(room: Room, showId: number): Promise<void> {
  const { rows } = await room.pool.query('SELECT epoch FROM show_ledger WHERE show_id = $1', [showId])
  const epoch = Number(rows[0]?.epoch ?? 0)
  const until = room.nowMs() + room.limits.rebuildWaitMs
  while (room.nowMs() < until) {
    const position = (await room.ledger.positions([showId])).get(showId)
    if (!position || position.epoch >= epoch) return
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  await room.rebuilds.rebuild(showId)
}
