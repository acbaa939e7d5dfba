/**
 * Global ids: what clients hold instead of our numbers. Reading one is strict, so a malformed id is told as such
 * and never reaches a query.
 */
import { BadId } from './refusals.ts'

const numberedKinds = ['Event', 'Venue', 'Show', 'PlanVersion'] as const
type NumberedKind = (typeof numberedKinds)[number]

const globalIdCharsMax = 120
const int32Max = 2_147_483_647
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

export function printId(kind: string, id: bigint | number | string): string {
  return Buffer.from(`${kind}:${id}`).toString('base64')
}

/** For `node(id)`: any kind that can be loaded by its id, with the inner id checked for its kind. */
export function readNodeId(globalId: string): { typename: string; id: string } {
  const parts = split(globalId)
  if (!parts || !isWellFormed(parts.kind, parts.id)) throw new BadId(globalId, 'any object with an id')
  return { typename: parts.kind, id: parts.id }
}

export function readNumberedId(kind: NumberedKind, globalId: string): number {
  const parts = split(globalId)
  if (parts?.kind !== kind || !isRowNumber(parts.id)) throw new BadId(globalId, kind)
  return Number(parts.id)
}

export function readBookingId(globalId: string): string {
  const parts = split(globalId)
  if (parts?.kind !== 'Booking' || !uuid.test(parts.id)) throw new BadId(globalId, 'Booking')
  return parts.id
}

export function readTicketId(globalId: string): string {
  const parts = split(globalId)
  if (parts?.kind !== 'Ticket' || !uuid.test(parts.id)) throw new BadId(globalId, 'Ticket')
  return parts.id
}

export function readGateScanId(globalId: string): string {
  const parts = split(globalId)
  if (parts?.kind !== 'GateScan' || !uuid.test(parts.id)) throw new BadId(globalId, 'GateScan')
  return parts.id
}

/** A lock's id carries its show, so nothing has to be looked up to find its ledger. */
export function readLockId(globalId: string): { showId: number; lockId: string } {
  const parts = split(globalId)
  const lock = parts?.kind === 'SeatLock' ? splitLock(parts.id) : null
  if (!lock) throw new BadId(globalId, 'SeatLock')
  return lock
}

export function printLockId(lock: { showId: number; lockId: string }): string {
  return `${lock.showId}.${lock.lockId}`
}

export function splitLock(id: string): { showId: number; lockId: string } | null {
  const [showId = '', lockId = '', more] = id.split('.')
  if (more !== undefined || !isRowNumber(showId) || !uuid.test(lockId)) return null
  return { showId: Number(showId), lockId }
}

function isWellFormed(kind: string, id: string): boolean {
  if (kind === 'Booking') return uuid.test(id)
  if (kind === 'SeatLock') return splitLock(id) !== null
  return numberedKinds.some((known) => known === kind) && isRowNumber(id)
}

/** The number of a row: a positive int4 as it is printed. */
export function isRowNumber(text: string): boolean {
  return /^[1-9]\d{0,9}$/.test(text) && Number(text) <= int32Max
}

function split(globalId: string): { kind: string; id: string } | null {
  if (globalId.length > globalIdCharsMax) return null
  const text = Buffer.from(globalId, 'base64').toString('latin1')
  // Only the canonical spelling is an id: base64 readers skip what they do not know.
  if (Buffer.from(text, 'latin1').toString('base64') !== globalId) return null
  const colon = text.indexOf(':')
  return colon < 1 ? null : { kind: text.slice(0, colon), id: text.slice(colon + 1) }
}
