/** Rows of seats on a curve around a point above the sheet, as in a hall that faces a stage. Lengths are sheet units. */
import type { PlanSeat } from '../plan-layout.ts'

export const seatPitch = 22

export interface CurvedRow {
  centre: { x: number; y: number }
  radius: number
  seats: number
  /** After which seats, counted from the left, an aisle of one and a half seats is left. */
  aislesAfter: number[]
}

/** Where each seat of the row stands, left to right. */
export function placesOnCurve({ centre, radius, seats, aislesAfter }: CurvedRow): { x: number; y: number }[] {
  const offsets: number[] = []
  let at = 0
  for (let seat = 1; seat <= seats; seat++) {
    offsets.push(at)
    at += seatPitch * (aislesAfter.includes(seat) ? 2.5 : 1)
  }
  const middle = (offsets.at(-1) ?? 0) / 2
  return offsets.map((offset) => {
    const angle = (offset - middle) / radius
    return {
      x: hundredths(centre.x + radius * Math.sin(angle)),
      y: hundredths(centre.y + radius * Math.cos(angle)),
    }
  })
}

export const hundredths = (length: number) => Math.round(length * 100) / 100

/** Row labels without the ones that are misread: A to Z less I and O, then AA, BB … */
export function rowLabel(index: number): string {
  const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZ'
  const letter = letters[index % letters.length] ?? 'A'
  return letter.repeat(1 + Math.floor(index / letters.length))
}

export function seatAt(
  place: { x: number; y: number },
  seat: {
    zone: string
    row: string
    number: number
    category: string
    radius?: number
    traits?: PlanSeat['traits']
  },
): Omit<PlanSeat, 'seatNo'> {
  const { zone, row, category } = seat
  return {
    seatId: `${zone}-${row}-${seat.number}`,
    ...{ zone, row, number: String(seat.number), category },
    ...{ x: place.x, y: place.y, radius: seat.radius ?? 8, traits: seat.traits ?? [] },
  }
}
