/**
 * A whole map at one position: what a viewer starts from and returns to after a loss. Statuses travel packed,
 * two bits a seat in ascending seat_no, the first seat in the lowest bits of a byte, as base64.
 */
import type { SeatCode } from './seat-frame.ts'

export interface Position {
  epoch: number
  seq: number
}

export interface Snapshot extends Position {
  /** One code a seat, indexed by seat_no. */
  statuses: Uint8Array
  /** The ledger is away and the map was read from the claims: true, but possibly behind. */
  stale: boolean
}

/** Unpacks to one code a seat. The last byte may hold up to three codes past the last seat; they are harmless. */
export function unpackStatuses(base64: string): Uint8Array {
  const packed = atob(base64)
  const statuses = new Uint8Array(packed.length * 4)
  for (let i = 0; i < packed.length; i++) {
    const byte = packed.charCodeAt(i)
    statuses[4 * i] = byte & 3
    statuses[4 * i + 1] = (byte >> 2) & 3
    statuses[4 * i + 2] = (byte >> 4) & 3
    statuses[4 * i + 3] = byte >> 6
  }
  return statuses
}

export function statusAt(statuses: Uint8Array, seatNo: number): SeatCode {
  return (statuses[seatNo] ?? 3) as SeatCode
}

/** Negative where `a` is older than `b`. A higher epoch is newer whatever the numbers within it say. */
export function comparePositions(a: Position, b: Position): number {
  return a.epoch - b.epoch || a.seq - b.seq
}
