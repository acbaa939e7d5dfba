/**
 * Which seats a fan picks from the map as it looks to them: neighbours in one row, near a place they like, and mostly the
 * better ones, so that fans meet at the same seats as they do in life.
 */
import type { Chance } from './random.ts'

export interface HallSeat {
  seatNo: number
  seatId: string
  x: number
  y: number
}

/** Rows of neighbours, each in the order of its seats; the best rows first. */
export interface Hall {
  rows: HallSeat[][]
  seatCount: number
}

interface Layout {
  seats: (HallSeat & { zone: string; row: string; traits: string[] })[]
}

export function hallOf(layout: Layout): Hall {
  const rows = new Map<string, HallSeat[]>()
  // Wheelchair places are for those who need them.
  for (const seat of layout.seats) {
    if (seat.traits.length > 0) continue
    const key = `${seat.zone}\n${seat.row}`
    rows.set(key, [...(rows.get(key) ?? []), seat])
  }
  const [front, middle] = [Math.min(...layout.seats.map(({ y }) => y)), middleOf(layout.seats)]
  const farness = (row: HallSeat[]) =>
    Math.min(...row.map(({ x, y }) => Math.hypot((x - middle) / 2, y - front)))
  return {
    rows: [...rows.values()]
      .map((row) => row.sort((a, b) => a.x - b.x || a.y - b.y))
      .sort((a, b) => farness(a) - farness(b)),
    seatCount: layout.seats.length,
  }
}

function middleOf(seats: HallSeat[]): number {
  return seats.reduce((sum, { x }) => sum + x, 0) / seats.length
}

/** Seats of one row side by side, or null when no row has so many. */
export function chooseSeats(
  hall: Hall,
  isFree: (seatNo: number) => boolean,
  count: number,
  chance: Chance,
): HallSeat[] | null {
  // Squared, so that most begin near the front and some anywhere.
  const start = Math.floor(chance.next() ** 2 * hall.rows.length)
  for (let step = 0; step < hall.rows.length; step++) {
    const row = hall.rows[(start + step) % hall.rows.length] ?? []
    const blocks = freeBlocks(row, isFree, count)
    if (blocks.length === 0) continue
    const middle = (row.length - count) / 2
    blocks.sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle))
    const from = blocks[Math.floor(chance.next() ** 2 * blocks.length)] ?? 0
    return row.slice(from, from + count)
  }
  return null
}

/** Where in the row `count` free neighbours begin. */
function freeBlocks(row: HallSeat[], isFree: (seatNo: number) => boolean, count: number): number[] {
  const starts: number[] = []
  let free = 0
  for (const [at, { seatNo }] of row.entries()) {
    free = isFree(seatNo) ? free + 1 : 0
    if (free >= count) starts.push(at - count + 1)
  }
  return starts
}
