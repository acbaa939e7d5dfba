/** Opens the room: builds what the verbs stand on, and starts the alarm, the relay and the sweep. */
import { startLoop } from '../platform/loop.ts'
import type { Pool } from '../platform/postgres.ts'
import type { RedisConnection } from '../platform/redis.ts'
import * as changes from './change-lock.ts'
import { ClaimBatch } from './claim-batch.ts'
import { compareShow } from './compare.ts'
import { openExpiryAlarms } from './expiry-alarms.ts'
import { openLedger } from './ledger.redis.ts'
import { type PlaceLock, placeLock } from './place-lock.ts'
import { openSeatMaps } from './read-map.ts'
import { openRebuilds } from './rebuild.ts'
import { LedgerAway } from './refusals.ts'
import { relaySeatSyncs } from './relay.ts'
import type { Room, SeatingEvents, SeatingLog } from './room.ts'
import * as sale from './sale.ts'
import { type LockTimes, seatingLimits } from './seating-limits.ts'
import { rememberShowFacts } from './show-facts.ts'
import { type Seen, sweepShow, sweepShows } from './sweep.ts'
import { type SeatSync, syncSeats } from './sync-seats.ts'

export interface SeatingOptions {
  pool: Pool
  redis: RedisConnection
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
  const { rebuildWaitMs } = limits
  const rebuilds = openRebuilds({
    pool,
    ledger,
    alarms,
    processId,
    rebuildWaitMs,
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

  function roundFailed(task: string) {
    return (error: unknown) => {
      // Redis being away is told once by its connection; everything else is worth a line.
      if (!(error instanceof LedgerAway)) log.warn({ task, error }, 'A round of background work failed')
    }
  }

  return {
    placeLock: (request: PlaceLock) => placeLock(room, request),
    extendLock: (request: Parameters<typeof changes.extendLock>[1]) => changes.extendLock(room, request),
    releaseLock: (request: Parameters<typeof changes.releaseLock>[1]) => changes.releaseLock(room, request),
    findLock: (request: changes.MyLock) => changes.findLock(room, request),
    locksOf: (request: Omit<changes.MyLock, 'lockId'>) => changes.locksOf(room, request),
    readMap: (showId: number) => maps.read(showId),
    beginCheckout: (request: Parameters<typeof changes.beginCheckout>[1]) =>
      changes.beginCheckout(room, request),
    syncSeats: (sync: SeatSync & { outboxId?: bigint }) => syncSeats(room, sync),
    async openSale(request: sale.OpenSale): Promise<void> {
      await sale.openSale(pool, request)
      facts.forget(request.showId)
    },
    closeSale: (request: Parameters<typeof sale.closeSale>[1]) => sale.closeSale(room, request),
    closeSeats: (request: Parameters<typeof sale.closeSeats>[1]) => sale.closeSeats(room, request),
    openSeats: (request: Parameters<typeof sale.openSeats>[1]) => sale.openSeats(room, request),
    /** Ends what is due, sweeps old claims and compares one show, now. */
    sweepShow: (showId: number) => sweepShow(room, showId, seen),
    relaySeatSyncs: () => relaySeatSyncs(room),
    compareShow: (showId: number) => compareShow(room, showId),
    rebuild: (showId: number) => rebuilds.rebuild(showId),
    /** For the live hub: where shows stand, read from Redis, and the channel of their frames. */
    positions: ledger.positions,
    framesChannel: ledger.framesChannel,
    async close(): Promise<void> {
      alarms.close()
      await Promise.all([relay.stop(), sweep.stop()])
      await batch.drained()
    },
  }
}
