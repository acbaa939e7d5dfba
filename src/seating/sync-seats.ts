/**
 * seat_sync: brings the ledger to what the claims say. Every commit that ends, frees, opens or closes seats writes an
 * outbox row for it; the committing process does it at once, a relay repeats it after a crash. The same verb repairs
 * the ledger after PostgreSQL refused a taking.
 *
 * The claims are read FOR SHARE under the fence, so neither they nor the epoch can move before the ledger has them;
 * a ledger that is older is waited for or rebuilt, outside the transaction, because a rebuild needs the fence.
 */
import { CommitUnknown, inTransaction, type Tx } from '../platform/transaction.ts'
import { type Claim, lockFence, readClaims } from './claims.ts'
import type { SettledSeat } from './ledger.redis.ts'
import { claimLetter, lockStateOf } from './rebuild.ts'
import { LedgerAway } from './refusals.ts'
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
  for (let attempt = 1; attempt <= room.limits.ledgerStepTriesMax; attempt++) {
    const outcome = await syncOnce(room, sync)
    if (outcome === 'done') return
    if (outcome === 'behind') await waitForLedger(room, sync.showId)
    else await room.rebuilds.ensure(sync.showId)
  }
  throw new LedgerAway(new Error(`Seats of show ${sync.showId} could not be brought to the ledger`))
}

async function syncOnce(
  room: Room,
  sync: SeatSync & { outboxId?: bigint },
): Promise<'done' | 'behind' | 'rebuild'> {
  let settled = false
  try {
    return await inTransaction(room.pool, async (tx) => {
      const fence = await lockFence(tx, sync.showId)
      if (!fence) return 'done'
      const claims = await readClaims(tx, sync.showId, { seats: sync.seats, forShare: true })
      const bySeat = new Map(claims.map((claim) => [claim.seatNo, claim]))
      const reply = await room.ledger.settle(sync.showId, {
        epochMin: fence.epoch,
        expectedHolder: sync.lockId,
        seats: sync.seats.map((seatNo) => settledSeat(seatNo, bySeat.get(seatNo))),
      })
      if (reply.tag !== 'ok') return reply.tag
      settled = true
      if (sync.outboxId !== undefined) {
        await tx.query('UPDATE outbox SET done_at = now() WHERE id = $1', [sync.outboxId])
      }
      return 'done'
    })
  } catch (error) {
    // The ledger has it; only the note that it has is uncertain, and a repeat does no harm.
    if (settled && error instanceof CommitUnknown) return 'done'
    throw error
  }
}

function settledSeat(seatNo: number, claim: Claim | undefined): SettledSeat {
  const letter = claimLetter(claim)
  if (!claim?.lockId || !claim.buyerId || claim.state === 'closed') return { seatNo, letter, holder: null }
  return {
    seatNo,
    letter,
    holder: {
      lockId: claim.lockId,
      buyerId: claim.buyerId,
      state: lockStateOf[claim.state],
      expiresAtMs: claim.expiresAt?.getTime() ?? 0,
    },
  }
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
