/** What the ledger's scripts are called with: the input of each, and the arguments that it becomes. Pure. */
import type { StatusLetter } from './frame.ts'

export type ScriptArgs = (string | number)[]

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

export interface ExtendArgs {
  lockId: string
  buyerId: string
  operationId: string
  extensionMs: number
  lockAgeMsMax: number
}

/** A lock as the claims know it. */
export interface ClaimedLock {
  lockId: string
  buyerId: string
  state: 'held' | 'checkout' | 'converted'
  expiresAtMs: number
  placedAtMs: number
  extended: boolean
  bookingId: string | null
}

/** What a seat shall be, as its claim says. */
export interface SettledSeat {
  seatNo: number
  letter: StatusLetter
  holder: ClaimedLock | null
}

export interface SettleArgs {
  epochMin: number
  /** null: seats that nobody holds. */
  expectedHolder: string | null
  seats: SettledSeat[]
}

export interface LoadArgs {
  epoch: number
  statuses: string
  locks: (ClaimedLock & { seats: number[] })[]
}

export const placeArgs = (place: PlaceArgs): ScriptArgs => [
  ...[place.lockId, place.buyerId, place.operationId, place.fingerprint, place.mode],
  ...[place.lockTtlMs, place.seatsPerBuyerMax, place.seats.length, ...place.seats],
  ...place.areas.flatMap((area) => [area.count, area.ranges.length, ...area.ranges.flat()]),
]

export const extendArgs = (extend: ExtendArgs): ScriptArgs => [
  ...[extend.lockId, extend.buyerId, extend.operationId, extend.extensionMs, extend.lockAgeMsMax],
]

export const settleArgs = (settle: SettleArgs): ScriptArgs => [
  settle.epochMin,
  settle.expectedHolder ?? '',
  ...settle.seats.flatMap(({ seatNo, letter, holder }) => [
    seatNo,
    letter,
    ...(holder ? lockArgs(holder) : noLock),
  ]),
]

export const loadArgs = (load: LoadArgs): ScriptArgs => [
  load.epoch,
  load.statuses,
  ...load.locks.flatMap((lock) => [...lockArgs(lock), lock.seats.join(',')]),
]

const lockArgs = (lock: ClaimedLock): ScriptArgs => [
  ...[lock.lockId, lock.buyerId, lock.state, lock.expiresAtMs, lock.placedAtMs],
  ...[lock.extended ? '1' : '0', lock.bookingId ?? ''],
]

const noLock: ScriptArgs = ['', '', '', 0, 0, '0', '']
