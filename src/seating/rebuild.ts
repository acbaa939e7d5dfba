/**
 * Builds a show's ledger from its claims, under a higher epoch.
 *
 * The race it must win: takings and givings go on while it reads. Raising the epoch waits for every writer that
 * holds the fence, so what they wrote is read. A taking decided under the older epoch is refused by the fence from
 * then on. A giving that commits after the read learns the new epoch from the fence and repeats its ledger step
 * until it meets a ledger of that epoch (sync-seats.ts). Two rebuilds at once end with the higher epoch.
 */
import type { Pool } from '../platform/postgres.ts'
import { type Claim, readClaims } from './claims.ts'
import type { ExpiryAlarms } from './expiry-alarms.ts'
import type { StatusLetter } from './frame.ts'
import type { Ledger, LoadedLock } from './ledger.redis.ts'
import { ClaimsAway, ShowNotOnSale } from './refusals.ts'
import type { SeatingEvents, SeatingLog } from './room.ts'

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
  rebuildWaitMs: number
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
        if (!(await anotherProcessBuilds(deps, showId))) await rebuildOnce(deps, showId)
      }),
  }
}

async function rebuildOnce(deps: RebuildDeps, showId: number): Promise<void> {
  const epoch = await raiseEpoch(deps.pool, showId)
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
  if (await deps.ledger.leads(`rebuild:${showId}`, deps.processId, deps.rebuildWaitMs)) return false
  const until = deps.nowMs() + deps.rebuildWaitMs
  while (deps.nowMs() < until) {
    const position = (await deps.ledger.positions([showId])).get(showId)
    if (position) return true
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return false
}

async function raiseEpoch(pool: Pool, showId: number): Promise<{ epoch: number; seatCount: number }> {
  const { rows } = await pool
    .query('UPDATE show_ledger SET epoch = epoch + 1 WHERE show_id = $1 RETURNING epoch, seat_count', [
      showId,
    ])
    .catch((error: unknown) => {
      throw new ClaimsAway(error)
    })
  if (!rows[0]) throw new ShowNotOnSale('not_on_sale')
  return { epoch: Number(rows[0].epoch), seatCount: rows[0].seat_count }
}

const letterOf = { locked: 'l', paying: 'l', sold: 'b', closed: 'n' } as const
export const lockStateOf = { locked: 'held', paying: 'checkout', sold: 'converted' } as const

export const claimLetter = (claim: Claim | undefined): StatusLetter => (claim ? letterOf[claim.state] : 'a')

/** Whatever the ledger knows, from the claims alone. */
export function ledgerOf(claims: Claim[], seatCount: number): { statuses: string; locks: LoadedLock[] } {
  const statuses = Buffer.alloc(seatCount, 'a')
  const locks = new Map<string, LoadedLock>()
  for (const claim of claims) {
    statuses[claim.seatNo] = letterOf[claim.state].charCodeAt(0)
    if (claim.state === 'closed' || !claim.lockId || !claim.buyerId) continue
    const lock = locks.get(claim.lockId) ?? {
      lockId: claim.lockId,
      buyerId: claim.buyerId,
      state: lockStateOf[claim.state],
      expiresAtMs: claim.expiresAt?.getTime() ?? 0,
      placedAtMs: claim.decidedAt?.getTime() ?? 0,
      extended: claim.extended,
      bookingId: claim.bookingId,
      seats: [],
    }
    lock.seats.push(claim.seatNo)
    lock.placedAtMs = Math.min(lock.placedAtMs, claim.decidedAt?.getTime() ?? lock.placedAtMs)
    locks.set(claim.lockId, lock)
  }
  return { statuses: statuses.toString('latin1'), locks: [...locks.values()] }
}
