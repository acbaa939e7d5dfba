/** What the ledger's scripts answer: the outcomes of each, and how its reply is read. Pure. */
import { parseChanges, type StatusLetter } from './frame.ts'

export type Reply = (string | string[])[]

export type LedgerLockState = 'held' | 'checkout' | 'converted' | 'expired' | 'released'

export interface LedgerPosition {
  epoch: number
  seq: number
}

export interface LedgerLock extends LedgerPosition {
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
  /** The seats that this operation asked for and that are the lock's now. */
  picks: number[]
  /** Those of them that were not the lock's before. */
  fresh: number[]
}

export type Rebuild = { tag: 'rebuild' }
export type LockGone = { tag: 'not_found' } | { tag: 'in_checkout' }
export type Done = { tag: 'ok' | 'repeat'; lock: LedgerLock }

export type Placed =
  | Done
  | Rebuild
  | LockGone
  | { tag: 'key_reused' }
  | {
      tag: 'conflict'
      seats: { seatNo: number; status: StatusLetter }[]
      areasFree: number[]
    }
  | { tag: 'limit'; held: number }

export type Extended = Done | Rebuild | LockGone | { tag: 'already_extended' }

/** 'behind': the ledger is older than the claims that were to be settled. */
export type Settled =
  | ({ tag: 'ok'; settled: number; nowMs: number; nextDueMs: number } & LedgerPosition)
  | Rebuild
  | { tag: 'behind' }

export type Expired = { tag: 'ok'; nowMs: number; nextDueMs: number; ended: number } | Rebuild

export type Read =
  | ({
      tag: 'ok'
      nowMs: number
      /** One letter a seat. */
      statuses: string
      /** seat_no -> lock id, where asked for; and which of the locks will end by themselves. */
      holders: Map<number, string>
      expiring: Set<string>
    } & LedgerPosition)
  | Rebuild

export type Looked =
  | {
      tag: 'ok'
      lock: LedgerLock
      checkoutAtMs: number
      /** The seats that each placing of it took. A rebuilt ledger does not know them. */
      placings: number[][]
    }
  | { tag: 'not_found'; epoch: number; nowMs: number }
  | Rebuild

/** 'higher': there is a ledger at least as new. */
export type Loaded = { tag: 'ok'; nowMs: number; nextDueMs: number } | { tag: 'higher' }

export function readPlaced(reply: Reply): Placed {
  switch (word(reply)) {
    case 'CONFLICT':
      return {
        tag: 'conflict',
        seats: [...parseChanges(text(reply, 1))].map(([seatNo, status]) => ({ seatNo, status })),
        areasFree: numbers(text(reply, 2)),
      }
    case 'LIMIT':
      return { tag: 'limit', held: number(reply, 1) }
    case 'KEY_REUSED':
      return { tag: 'key_reused' }
    default:
      return readDone(reply)
  }
}

export const readExtended = (reply: Reply): Extended =>
  word(reply) === 'ALREADY_EXTENDED' ? { tag: 'already_extended' } : readDone(reply)

export function readDone(reply: Reply): Done | Rebuild | LockGone {
  switch (word(reply)) {
    case 'OK':
      return { tag: 'ok', lock: lockOf(reply) }
    case 'REPEAT':
      return { tag: 'repeat', lock: lockOf(reply) }
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

export function readSettled(reply: Reply): Settled {
  switch (word(reply)) {
    case 'REBUILD':
      return { tag: 'rebuild' }
    case 'BEHIND':
      return { tag: 'behind' }
    default:
      return { tag: 'ok', ...position(reply), ...times(reply, 3), settled: number(reply, 5) }
  }
}

export const readExpired = (reply: Reply): Expired =>
  word(reply) === 'REBUILD' ? { tag: 'rebuild' } : { tag: 'ok', ...times(reply, 1), ended: number(reply, 3) }

export function readMap(reply: Reply): Read {
  if (word(reply) === 'REBUILD') return { tag: 'rebuild' }
  const pairs = (reply[5] ?? []) as string[]
  const holders = new Map<number, string>()
  for (let at = 0; at < pairs.length; at += 2) holders.set(Number(pairs[at]), pairs[at + 1] ?? '')
  return {
    tag: 'ok',
    ...position(reply),
    nowMs: number(reply, 3),
    statuses: text(reply, 4),
    holders,
    expiring: new Set(reply[6] as string[] | undefined),
  }
}

export function readLooked(reply: Reply): Looked {
  switch (word(reply)) {
    case 'REBUILD':
      return { tag: 'rebuild' }
    case 'NOT_FOUND':
      return { tag: 'not_found', epoch: number(reply, 1), nowMs: number(reply, 2) }
    default:
      return {
        ...{ tag: 'ok', lock: lockOf(reply), checkoutAtMs: number(reply, 13) },
        placings: text(reply, 14).split(';').map(numbers),
      }
  }
}

/** From where to go on; null when nothing is left. */
export const readRemoved = (reply: Reply): number | null => (word(reply) === 'DONE' ? null : number(reply, 1))

export const readLoaded = (reply: Reply): Loaded =>
  word(reply) === 'HIGHER' ? { tag: 'higher' } : { tag: 'ok', ...times(reply, 2) }

/** The answer about a lock, which every verb that succeeds returns (lock_answer in ledger/prelude.lua). */
function lockOf(reply: Reply): LedgerLock {
  return {
    ...position(reply),
    ...times(reply, 3),
    buyerId: text(reply, 5),
    state: text(reply, 6) as LedgerLockState,
    seats: numbers(text(reply, 7)),
    expiresAtMs: number(reply, 8),
    extended: text(reply, 9) === '1',
    bookingId: text(reply, 10) || null,
    picks: numbers(text(reply, 11)),
    fresh: numbers(text(reply, 12)),
  }
}

const word = (reply: Reply) => text(reply, 0)
const text = (reply: Reply, at: number) => String(reply[at] ?? '')
const number = (reply: Reply, at: number) => Number(text(reply, at))
const numbers = (csv: string) => (csv === '' ? [] : csv.split(',').map(Number))
const position = (reply: Reply) => ({ epoch: number(reply, 1), seq: number(reply, 2) })
const times = (reply: Reply, at: number) => ({ nowMs: number(reply, at), nextDueMs: number(reply, at + 1) })
