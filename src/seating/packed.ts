/**
 * Statuses for the wire: two bits a seat by ascending seat_no, the first seat in the lowest bits of the first
 * byte; 0 available, 1 locked, 2 booked, 3 not for sale. 20,000 seats are 5 kB.
 */
import type { SeatMapSnapshot } from './read-map.ts'

const locked = 'l'.charCodeAt(0)
const booked = 'b'.charCodeAt(0)
const available = 'a'.charCodeAt(0)

export function packStatuses(statuses: string): Buffer {
  const packed = Buffer.alloc(Math.ceil(statuses.length / 4))
  for (let seatNo = 0; seatNo < statuses.length; seatNo++) {
    const at = seatNo >> 2
    packed[at] = (packed[at] ?? 0) | (bitsOf(statuses.charCodeAt(seatNo)) << ((seatNo & 3) * 2))
  }
  return packed
}

function bitsOf(letter: number): number {
  switch (letter) {
    case available:
      return 0
    case locked:
      return 1
    case booked:
      return 2
    default:
      return 3
  }
}

const packedMaps = new WeakMap<SeatMapSnapshot, string>()

/** As base64, packed once per snapshot: everybody who asks for an unchanged map gets the same text. */
export function packedStatuses(snapshot: SeatMapSnapshot): string {
  let text = packedMaps.get(snapshot)
  if (text === undefined) {
    text = packStatuses(snapshot.statuses).toString('base64')
    packedMaps.set(snapshot, text)
  }
  return text
}
