/**
 * Builds a show's ledger from its claims, under a higher epoch.
 *
 * The race it must win: takings and givings go on while it reads. Raising the epoch waits for every writer that
 * holds the fence, so what they wrote is read. A taking decided under the older epoch is refused by the fence from
 * then on. A giving that commits after the read learns the new epoch from the fence and repeats its ledger step
 * until it meets a ledger of that epoch (sync-seats.ts). Two rebuilds at once end with the higher epoch.
 *
 * A show that is long over is not built any more: its ledger was removed for good (remove-ledgers.ts).
 */
import type { Pool } from '../platform/postgres.ts'
import { inTransaction, type Tx } from '../platform/transaction.ts'
import { ledgerOf } from './claimed-ledger.ts'
import { readClaims } from './claims.ts'
import type { ExpiryAlarms } from './expiry-alarms.ts'
import type { Ledger } from './ledger.redis.ts'
import { LedgerRemoved, ShowNotOnSale } from './refusals.ts'
import type { SeatingEvents, SeatingLog } from './seating-events.ts'
import type { SeatingLimits } from './seating-limits.ts'

export interface Rebuilds {
  /** Builds the ledger anew, whatever is there. One at a time per show and process; later callers share it. */
  rebuild(showId: number): Promise<void>
  /** The same where there is none, unless another process is at it. */
  ensure(showId: number): Promise<void>
}

export interface RebuildDeps {
  pool: Pool
  ledger: Ledger
  alarms: ExpiryAlarms
  processId: string
  limits: Pick<SeatingLimits, 'rebuildWaitMs' | 'fenceWaitMs' | 'ledgerKeptMs'>
  nowMs: () => number
  log: SeatingLog
  events: SeatingEvents
  faultPoint: (name: string) => Promise<void>
}

export function openRebuilds(deps: RebuildDeps): Rebuilds {
  const running = new Map<number, Promise<void>>()
  const share = (showId: number, build: () => Promise<void>) => {
    const shared = running.get(showId)
    if (shared) return shared
    const mine = build().finally(() => running.delete(showId))
    running.set(showId, mine)
    return mine
  }
  return {
    rebuild: (showId) => share(showId, () => rebuildOnce(deps, showId)),
    ensure: (showId) =>
      share(showId, async () => {
        await requireKept(deps.pool, showId, deps.limits.ledgerKeptMs)
        if (!(await anotherProcessBuilds(deps, showId))) await rebuildOnce(deps, showId)
      }),
  }
}

async function rebuildOnce(deps: RebuildDeps, showId: number): Promise<void> {
  const epoch = await raiseEpoch(deps, showId)
  await deps.faultPoint('rebuild: epoch raised')
  const claims = await readClaims(deps.pool, showId)
  await deps.faultPoint('rebuild: claims read')
  const loaded = await deps.ledger.load(showId, { epoch: epoch.epoch, ...ledgerOf(claims, epoch.seatCount) })
  if (loaded.tag === 'higher') return
  deps.alarms.set(showId, loaded)
  deps.events.rebuilt(showId)
  deps.log.info({ showId, epoch: epoch.epoch, claims: claims.length }, 'Ledger rebuilt from the claims')
}

/** When a server comes back empty, every process notices at once. One builds; the others wait for its ledger. */
async function anotherProcessBuilds(deps: RebuildDeps, showId: number): Promise<boolean> {
  if (await deps.ledger.leads('rebuild', deps.processId, deps.limits.rebuildWaitMs, showId)) return false
  const until = deps.nowMs() + deps.limits.rebuildWaitMs
  while (deps.nowMs() < until) {
    const position = (await deps.ledger.positions([showId])).get(showId)
    if (position) return true
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return false
}

/** Waits for the writers that hold the fence, but not for ever: one of them may be a process that was stopped. */
async function raiseEpoch(
  { pool, limits }: RebuildDeps,
  showId: number,
): Promise<{ epoch: number; seatCount: number }> {
  const options = { lockTimeoutMs: limits.fenceWaitMs }
  return await inTransaction(pool, (tx) => raise(tx, showId, limits.ledgerKeptMs), options)
}

async function raise(tx: Tx, showId: number, ledgerKeptMs: number) {
  await requireKept(tx, showId, ledgerKeptMs)
  const { rows } = await tx.query(
    'UPDATE show_ledger SET epoch = epoch + 1 WHERE show_id = $1 RETURNING epoch, seat_count',
    [showId],
  )
  return { epoch: Number(rows[0].epoch), seatCount: Number(rows[0].seat_count) }
}

async function requireKept(db: Pool | Tx, showId: number, ledgerKeptMs: number): Promise<void> {
  const { rows } = await db.query<{ kept: boolean }>(
    `SELECT s.starts_at > now() - $2 * interval '1 ms' AS kept
       FROM show_ledger l JOIN show s ON s.id = l.show_id WHERE l.show_id = $1`,
    [showId, ledgerKeptMs],
  )
  if (!rows[0]) throw new ShowNotOnSale('not_on_sale')
  if (!rows[0].kept) throw new LedgerRemoved()
}
