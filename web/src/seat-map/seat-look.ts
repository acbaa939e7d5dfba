/**
 * What a seat looks like, as one small number: its status, overruled by what the viewer is doing with it.
 * Every look differs in shape as well as in colour.
 */
import { type SeatCode, seatCodes } from '../live-map/index.ts'

export const looks = {
  available: 0,
  /** Somebody else is choosing it. */
  locked: 1,
  booked: 2,
  notForSale: 3,
  mine: 4,
  /** Clicked, and the answer is awaited. */
  adding: 5,
  removing: 6,
} as const
export type Look = (typeof looks)[keyof typeof looks]

/** What the viewer holds or has just clicked, by seat_no. */
export type Marks = ReadonlyMap<number, 'mine' | 'adding' | 'removing'>

const lookOfCode: Record<SeatCode, Look> = {
  [seatCodes.available]: looks.available,
  [seatCodes.locked]: looks.locked,
  [seatCodes.booked]: looks.booked,
  [seatCodes.notForSale]: looks.notForSale,
}

export function lookOf(seatNo: number, code: SeatCode, marks: Marks): Look {
  const mark = marks.size > 0 ? marks.get(seatNo) : undefined
  return mark ? looks[mark] : lookOfCode[code]
}

export const lookNames: Record<Look, string> = {
  [looks.available]: 'available',
  [looks.locked]: 'being chosen by someone else',
  [looks.booked]: 'sold',
  [looks.notForSale]: 'not for sale',
  [looks.mine]: 'yours',
  [looks.adding]: 'being reserved for you',
  [looks.removing]: 'being given back',
}
