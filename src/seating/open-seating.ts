/** Opens the room: builds what the verbs stand on, and starts the alarm, the relay, the sweep and the removal. */
import { startLoop } from '../platform/loop.ts'
import type { Pool } from '../platform/postgres.ts'
import type { RedisServers } from '../platform/redis.ts'
import { answered } from './answered.ts'
import { beginCheckout } from './begin-checkout.ts'
import { ClaimBatch } from './claim-batch.ts'
import { compareShow } from './compare.ts'
import { openExpiryAlarms } from './expiry-alarms.ts'
import { extendLock } from './extend-lock.ts'
import { findLock, locksOf } from './find-lock.ts'
import { leaveCheckout } from './leave-checkout.ts'
import { openLedger } from './ledger.redis.ts'
import type { MyLock } from './my-lock.ts'
import { type PlaceLock, placeLock } from './place-lock.ts'
import { openSeatMaps } from './read-map.ts'
import { openRebuilds } from './rebuild.ts'
import { LedgerAway } from './refusals.ts'
import { relaySeatSyncs } from './relay.ts'
import { releaseLock } from './release-lock.ts'
import { removeLedgers } from './remove-ledgers.ts'
import type { Room } from './room.ts'
import * as sale from './sale.ts'
import type { SeatLock } from './seat-lock.ts'
import type { SeatingEvents, SeatingLog } from './seating-events.ts'
import { type LockTimes, seatingLimits } from './seating-limits.ts'
import { rememberShowFacts } from './show-facts.ts'
import { type Seen, sweepShow, sweepShows } from './sweep.ts'
import { type SeatSync, syncSeats } from './sync-seats.ts'

export interface SeatingOptions {
  pool: Pool
  redis: RedisServers
  keyPrefix: string
  idSecret: string
  processId: string
  times?: Partial<LockTimes>
  /** Milliseconds that only go forward, for deadlines and alarms. Never judges a lock. */
  nowMs: () => number
  log: SeatingLog
  events?: Partial<SeatingEvents>
  faultPoint?: (name: string) => Promise<void>
}

export type Seating = ReturnType<typeof openSeating>

export function openSeating(options: SeatingOptions) {
  const { pool, nowMs, log, processId } = options
  const limits = { ...seatingLimits, ...options.times }
  const events: SeatingEvents = { rebuilt() {}, claimConflict() {}, repaired() {}, ...options.events }
  const faultPoint = options.faultPoint ?? (async () => {})
  const ledger = openLedger(options.redis, options.keyPrefix)
  const alarms = openExpiryAlarms({
    ledger,
    nowMs,
    expiredPerCallMax: limits.expiredPerCallMax,
    onFailure: (showId, error) =>
      log.warn({ showId, error }, 'Locks that are due could not be ended; trying again'),
  })
  const rebuilds = openRebuilds({
    pool,
    ledger,
    alarms,
    processId,
    limits,
    nowMs,
    log,
    events,
    faultPoint,
  })
  const batch = new ClaimBatch({ pool, nowMs, limits })
  const facts = rememberShowFacts(pool, nowMs, limits)
  const { idSecret } = options
  const room: Room = {
    pool,
    ledger,
    batch,
    rebuilds,
    alarms,
    facts,
    limits,
    idSecret,
    nowMs,
    log,
    events,
    faultPoint,
  }
  const maps = openSeatMaps(room)
  const seen: Seen = new Map()

  const relay = startLoop(
    limits.relayEveryMs,
    async () => void (await relaySeatSyncs(room)),
    roundFailed('relay'),
  )
  const sweep = startLoop(
    limits.sweepEveryMs,
    async () => {
      if (await ledger.leads('sweep', processId, 2 * limits.sweepEveryMs)) await sweepShows(room, seen)
    },
    roundFailed('sweep'),
  )

  const removal = startLoop(
    limits.removeEveryMs,
    async () => {
      if (await ledger.leads('remove', processId, limits.removeEveryMs / 2)) await removeLedgers(room)
    },
    roundFailed('remove'),
  )

  function roundFailed(task: string) {
    return (error: unknown) => {
      // Redis being away is told once by its connection; everything else is worth a line.
      if (!(error instanceof LedgerAway)) log.warn({ task, error }, 'A round of background work failed')
    }
  }

  /** A verb that somebody waits for: it answers in time, or says that something is away. */
  const verb =
    <Request, Answer>(work: (room: Room, request: Request) => Promise<Answer>) =>
    (request: Request) =>
      answered(limits.answerMsMax, work(room, request))

  return {
    placeLock: verb<PlaceLock, SeatLock>(placeLock),
    extendLock: verb(extendLock),
    releaseLock: verb(releaseLock),
    findLock: verb<MyLock, SeatLock | null>(findLock),
    locksOf: verb(locksOf),
    readMap: (showId: number) => answered(limits.answerMsMax, maps.read(showId)),
    beginCheckout: verb(beginCheckout),
    leaveCheckout: verb(leaveCheckout),
    syncSeats: verb<SeatSync & { outboxId?: bigint }, void>(syncSeats),
    async openSale(request: sale.OpenSale): Promise<void> {
      await sale.openSale(pool, request)
      facts.forget(request.showId)
    },
    closeSale: verb(sale.closeSale),
    closeSeats: verb(sale.closeSeats),
    openSeats: verb(sale.openSeats),
    /** One round of the sweep, now: of every show, or of one. */
    sweepShows: () => sweepShows(room, seen),
    sweepShow: (showId: number) => sweepShow(room, showId, seen),
    relaySeatSyncs: () => relaySeatSyncs(room),
    /** Removes the ledgers of shows that are long over, now. */
    removeLedgers: () => removeLedgers(room),
    compareShow: (showId: number) => compareShow(room, showId),
    rebuild: (showId: number) => rebuilds.rebuild(showId),
    /** For the live hub: where shows stand, read from Redis, and the channel of their frames. */
    positions: ledger.positions,
    framesChannel: ledger.framesChannel,
    async close(): Promise<void> {
      alarms.close()
      await Promise.all([relay.stop(), sweep.stop(), removal.stop()])
      await batch.drained()
    },
  }
}
