/**
 * The ledger: each show's seat statuses in Redis, changed only by the scripts in ./ledger, each all-or-nothing,
 * numbered `(epoch, seq)` and published. It orders rivals; the claims in PostgreSQL decide (docs/ledger.md).
 *
 * A verb throws LedgerAway when Redis gives no answer: the outcome is then unknown, and every script may be
 * repeated. It returns 'rebuild' when there is no ledger built on the connected server.
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { RedisConnection } from '../platform/redis.ts'
import type { StatusLetter } from './frame.ts'
import { LedgerAway } from './refusals.ts'

export type LedgerLockState = 'held' | 'checkout' | 'converted' | 'expired' | 'released'

export interface LedgerLock {
  epoch: number
  seq: number
  /** Redis TIME of the script, in ms. */
  nowMs: number
  /** When the show's next lock ends, by Redis' clock; 0 when none will. */
  nextDueMs: number
  buyerId: string
  state: LedgerLockState
  seats: number[]
  expiresAtMs: number
  extended: boolean
  bookingId: string | null
  /** The seats this operation took. */
  picks: number[]
}

export type Rebuild = { tag: 'rebuild' }
export type LockGone = { tag: 'not_found' } | { tag: 'in_checkout' }
type Done<Tag extends string = 'ok'> = { tag: Tag | 'repeat'; lock: LedgerLock }

export type Placed =
  | Done
  | Rebuild
  | LockGone
  | { tag: 'key_reused' }
  | {
      tag: 'conflict'
      seats: { seatNo: number; status: StatusLetter }[]
      areasFree: number[]
      areasShort: boolean
    }
  | { tag: 'limit'; held: number }

/** What a seat shall be, as its claim says. */
export interface SettledSeat {
  seatNo: number
  letter: StatusLetter
  holder: {
    lockId: string
    buyerId: string
    state: 'held' | 'checkout' | 'converted'
    expiresAtMs: number
  } | null
}

export interface LoadedLock {
  lockId: string
  buyerId: string
  state: 'held' | 'checkout' | 'converted'
  expiresAtMs: number
  placedAtMs: number
  extended: boolean
  bookingId: string | null
  seats: number[]
}

export interface LedgerPosition {
  epoch: number
  seq: number
}

export interface PlaceArgs {
  lockId: string
  buyerId: string
  operationId: string
  fingerprint: string
  mode: 'new' | 'grow'
  lockTtlMs: number
  seatsPerBuyerMax: number
  /** Ascending. */
  seats: number[]
  areas: { count: number; ranges: [from: number, to: number][] }[]
}

export type Ledger = ReturnType<typeof openLedger>

export function openLedger(connection: RedisConnection, keyPrefix: string) {
  const baseOf = (showId: number) => `${keyPrefix}{${showId}}`

  async function run(script: Script, showId: number, args: (string | number)[]): Promise<Reply> {
    const home = connection.home()
    if (!home) throw new LedgerAway()
    const keysAndArgs = [baseOf(showId), home, ...args] as const
    try {
      return (await connection.redis.evalsha(script.sha, 1, ...keysAndArgs)) as Reply
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw ledgerFailure(error)
    }
    try {
      return (await connection.redis.eval(script.text, 1, ...keysAndArgs)) as Reply
    } catch (error) {
      throw ledgerFailure(error)
    }
  }

  return {
    framesChannel: (showId: number) => `${baseOf(showId)}:frames`,

    async place(showId: number, place: PlaceArgs): Promise<Placed> {
      const reply = await run(scripts.place, showId, [
        ...[place.lockId, place.buyerId, place.operationId, place.fingerprint, place.mode],
        ...[place.lockTtlMs, place.seatsPerBuyerMax, place.seats.length, ...place.seats],
        ...place.areas.flatMap((area) => [area.count, area.ranges.length, ...area.ranges.flat()]),
      ])
      switch (word(reply)) {
        case 'CONFLICT':
          return {
            tag: 'conflict',
            seats: [...text(reply, 1).matchAll(/(\d+)([albn])/g)].map((match) => ({
              seatNo: Number(match[1]),
              status: match[2] as StatusLetter,
            })),
            areasFree: numbers(text(reply, 2)),
            areasShort: text(reply, 3) === '1',
          }
        case 'LIMIT':
          return { tag: 'limit', held: Number(text(reply, 1)) }
        case 'KEY_REUSED':
          return { tag: 'key_reused' }
        default:
          return lockOutcome(reply)
      }
    },

    async extend(
      showId: number,
      extend: {
        lockId: string
        buyerId: string
        operationId: string
        extensionMs: number
        lockAgeMsMax: number
      },
    ): Promise<Done | Rebuild | LockGone | { tag: 'already_extended' }> {
      const { lockId, buyerId, operationId, extensionMs, lockAgeMsMax } = extend
      const reply = await run(scripts.extend, showId, [
        lockId,
        buyerId,
        operationId,
        extensionMs,
        lockAgeMsMax,
      ])
      return word(reply) === 'ALREADY_EXTENDED' ? { tag: 'already_extended' } : lockOutcome(reply)
    },

    async checkout(
      showId: number,
      checkout: { lockId: string; buyerId: string; bookingId: string },
    ): Promise<Done | Rebuild | LockGone> {
      return lockOutcome(
        await run(scripts.checkout, showId, [checkout.lockId, checkout.buyerId, checkout.bookingId]),
      )
    },

    /** `expectedHolder` null: seats that nobody holds. 'behind': the ledger is older than `epochMin`. */
    async settle(
      showId: number,
      settle: { epochMin: number; expectedHolder: string | null; seats: SettledSeat[] },
    ): Promise<({ tag: 'ok'; settled: number } & LedgerPosition) | Rebuild | { tag: 'behind' }> {
      const reply = await run(scripts.settle, showId, [
        settle.epochMin,
        settle.expectedHolder ?? '',
        ...settle.seats.flatMap(({ seatNo, letter, holder }) => [
          ...[seatNo, letter, holder?.lockId ?? '', holder?.buyerId ?? ''],
          ...[holder?.state ?? '', holder?.expiresAtMs ?? 0],
        ]),
      ])
      switch (word(reply)) {
        case 'REBUILD':
          return { tag: 'rebuild' }
        case 'BEHIND':
          return { tag: 'behind' }
        default:
          return { tag: 'ok', ...position(reply), settled: Number(text(reply, 3)) }
      }
    },

    async expire(
      showId: number,
      countMax: number,
    ): Promise<{ tag: 'ok'; nowMs: number; nextDueMs: number; ended: number } | Rebuild> {
      const reply = await run(scripts.expire, showId, [countMax])
      if (word(reply) === 'REBUILD') return { tag: 'rebuild' }
      const [nowMs = 0, nextDueMs = 0, ended = 0] = reply.slice(1).map(Number)
      return { tag: 'ok', nowMs, nextDueMs, ended }
    },

    /** One letter a seat. With `holders`, also seat_no -> lock id. */
    async read(
      showId: number,
      withHolders = false,
    ): Promise<
      | ({ tag: 'ok'; nowMs: number; statuses: string; holders: Map<number, string> } & LedgerPosition)
      | Rebuild
    > {
      const reply = await run(scripts.read, showId, [withHolders ? '1' : '0'])
      if (word(reply) === 'REBUILD') return { tag: 'rebuild' }
      const pairs = (reply[5] ?? []) as string[]
      const holders = new Map<number, string>()
      for (let at = 0; at < pairs.length; at += 2) holders.set(Number(pairs[at]), pairs[at + 1] ?? '')
      return {
        tag: 'ok',
        ...position(reply),
        nowMs: Number(text(reply, 3)),
        statuses: text(reply, 4),
        holders,
      }
    },

    async look(
      showId: number,
      lockId: string,
    ): Promise<
      | { tag: 'ok'; lock: LedgerLock; checkoutAtMs: number }
      | { tag: 'not_found'; epoch: number; nowMs: number }
      | Rebuild
    > {
      const reply = await run(scripts.look, showId, [lockId])
      switch (word(reply)) {
        case 'REBUILD':
          return { tag: 'rebuild' }
        case 'NOT_FOUND':
          return { tag: 'not_found', epoch: Number(text(reply, 1)), nowMs: Number(text(reply, 2)) }
        default:
          return { tag: 'ok', lock: lockAnswer(reply), checkoutAtMs: Number(text(reply, 12)) }
      }
    },

    async load(
      showId: number,
      load: { epoch: number; statuses: string; locks: LoadedLock[] },
    ): Promise<{ tag: 'ok'; nowMs: number; nextDueMs: number } | { tag: 'higher' }> {
      const reply = await run(scripts.load, showId, [
        load.epoch,
        load.statuses,
        ...load.locks.flatMap((lock) => [
          ...[lock.lockId, lock.buyerId, lock.state, lock.expiresAtMs, lock.placedAtMs],
          ...[lock.extended ? '1' : '0', lock.bookingId ?? '', lock.seats.join(',')],
        ]),
      ])
      if (word(reply) === 'HIGHER') return { tag: 'higher' }
      return { tag: 'ok', nowMs: Number(text(reply, 2)), nextDueMs: Number(text(reply, 3)) }
    },

    /** Where each show stands, in one pipeline; null where there is no ledger built on this server. */
    async positions(showIds: number[]): Promise<Map<number, LedgerPosition | null>> {
      const home = connection.home()
      if (!home) throw new LedgerAway()
      const pipeline = connection.redis.pipeline()
      for (const showId of showIds) pipeline.hmget(`${baseOf(showId)}:meta`, 'home', 'epoch', 'seq')
      const replies = await pipeline.exec().catch((error: unknown) => {
        throw ledgerFailure(error)
      })
      const positions = new Map<number, LedgerPosition | null>()
      showIds.forEach((showId, index) => {
        const [error, fields] = replies?.[index] ?? [new Error('no reply'), null]
        if (error) throw ledgerFailure(error)
        const [builtOn, epoch, seq] = fields as (string | null)[]
        positions.set(showId, builtOn === home ? { epoch: Number(epoch), seq: Number(seq) } : null)
      })
      return positions
    },

    /** Wins for `forMs` the right to do something that one process at a time should do. A courtesy, no guard. */
    async leads(task: string, processId: string, forMs: number): Promise<boolean> {
      try {
        const key = `${keyPrefix}lead:${task}`
        if (await connection.redis.set(key, processId, 'PX', forMs, 'NX')) return true
        return (await connection.redis.get(key)) === processId
      } catch (error) {
        throw ledgerFailure(error)
      }
    },
  }
}

interface Script {
  text: string
  sha: string
}

type Reply = (string | string[])[]

const lua = (name: string) => readFileSync(new URL(`./ledger/${name}.lua`, import.meta.url), 'utf8')

function script(...parts: string[]): Script {
  const text = parts.map(lua).join('\n')
  return { text, sha: createHash('sha1').update(text).digest('hex') }
}

const scripts = {
  place: script('prelude', 'guard', 'place'),
  extend: script('prelude', 'guard', 'extend'),
  checkout: script('prelude', 'guard', 'checkout'),
  settle: script('prelude', 'guard', 'settle'),
  expire: script('prelude', 'guard', 'expire'),
  read: script('prelude', 'guard', 'read'),
  look: script('prelude', 'guard', 'look'),
  load: script('prelude', 'load'),
}

const word = (reply: Reply) => text(reply, 0)
const text = (reply: Reply, at: number) => String(reply[at] ?? '')
const numbers = (csv: string) => (csv === '' ? [] : csv.split(',').map(Number))
const position = (reply: Reply) => ({ epoch: Number(text(reply, 1)), seq: Number(text(reply, 2)) })

function lockOutcome(reply: Reply): Done | Rebuild | LockGone {
  switch (word(reply)) {
    case 'OK':
      return { tag: 'ok', lock: lockAnswer(reply) }
    case 'REPEAT':
      return { tag: 'repeat', lock: lockAnswer(reply) }
    case 'REBUILD':
      return { tag: 'rebuild' }
    case 'NOT_FOUND':
      return { tag: 'not_found' }
    case 'IN_CHECKOUT':
      return { tag: 'in_checkout' }
    default:
      throw new Error(`The ledger answered ${word(reply)}`)
  }
}

function lockAnswer(reply: Reply): LedgerLock {
  return {
    ...position(reply),
    nowMs: Number(text(reply, 3)),
    nextDueMs: Number(text(reply, 4)),
    buyerId: text(reply, 5),
    state: text(reply, 6) as LedgerLockState,
    seats: numbers(text(reply, 7)),
    expiresAtMs: Number(text(reply, 8)),
    extended: text(reply, 9) === '1',
    bookingId: text(reply, 10) || null,
    picks: numbers(text(reply, 11)),
  }
}

/** A script's own error is a fault of ours; everything else means that Redis gave no answer. */
function ledgerFailure(error: unknown): unknown {
  if (error instanceof LedgerAway) return error
  const message = error instanceof Error ? error.message : String(error)
  if (/^(ERR|WRONGTYPE)/.test(message)) return error
  return new LedgerAway(error)
}
