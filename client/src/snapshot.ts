/**
 * A whole map at one position: what a viewer starts from and returns to after a loss. Statuses travel packed, two bits
 * a seat in ascending seat number, the first seat in the lowest bits of a byte, as base64.
 */
import type { Position } from './position.ts'

export interface Snapshot extends Position {
  /** The packed statuses. */
  statuses: string
  /** The ledger is away and the map comes from the claims: right about what is taken, late about what became free. */
  stale: boolean
}

/** Where frames go on from. A map of the claims is at no place among them, so every frame is ahead of it. */
export function positionOf({ epoch, seq, stale }: Snapshot): Position {
  return { epoch, seq: stale ? -1 : seq }
}

export interface Unpacked {
  /** One code a seat, indexed by seat number: the array given, unless its size was another. */
  statuses: Uint8Array
  /** The seats that differ from what the array held; `all` where it is a new one. */
  changed: number[] | 'all'
}

/** The last byte may hold up to three codes past the last seat; they are harmless. */
export function unpackStatuses(base64: string, into: Uint8Array | null): Unpacked {
  const packed = atob(base64)
  const fits = into?.length === packed.length * 4
  const statuses = fits ? into : new Uint8Array(packed.length * 4)
  const changed: number[] = []
  for (let at = 0; at < packed.length; at++) {
    const byte = packed.charCodeAt(at)
    for (let seat = 0; seat < 4; seat++) {
      const code = (byte >> (2 * seat)) & 3
      if (statuses[4 * at + seat] === code) continue
      statuses[4 * at + seat] = code
      if (fits) changed.push(4 * at + seat)
    }
  }
  return { statuses, changed: fits ? changed : 'all' }
}
