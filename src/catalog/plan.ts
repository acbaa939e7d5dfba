/** One version of a plan with the look-ups that everybody needs. Immutable, so it is kept once loaded. */
import type { PlanArea, PlanLayout, PlanSeat } from './plan-layout.ts'

export interface Plan {
  id: number
  version: number
  contentHash: string
  /** Length of the status string: the plan's seat registry when this version was made. */
  seatCount: number
  layout: PlanLayout
  /** Seats and places of standing areas by their public names. */
  seatNoOf(seatId: string): number | undefined
  seatIdOf(seatNo: number): string | undefined
  seatOf(seatNo: number): PlanSeat | undefined
  areaOf(seatNo: number): PlanArea | undefined
}

/** A place of a standing area as the seat registry and tickets name it. */
export const placeId = (areaKey: string, place: number) => `area:${areaKey}:${place}`

export interface StoredPlan {
  id: number
  version: number
  contentHash: string
  seatCount: number
  layout: PlanLayout
}

export function openPlan(stored: StoredPlan): Plan {
  const { layout } = stored
  const seatNos = new Map<string, number>()
  const seats = new Map<number, PlanSeat>()
  const areas = new Map<number, PlanArea>()
  const placeIds = new Map<number, string>()
  for (const seat of layout.seats) {
    seatNos.set(seat.seatId, seat.seatNo)
    seats.set(seat.seatNo, seat)
  }
  for (const area of layout.areas) {
    for (const [index, seatNo] of seatNosOf(area).entries()) {
      const id = placeId(area.key, index + 1)
      seatNos.set(id, seatNo)
      placeIds.set(seatNo, id)
      areas.set(seatNo, area)
    }
  }
  return {
    ...stored,
    seatNoOf: (seatId) => seatNos.get(seatId),
    seatIdOf: (seatNo) => seats.get(seatNo)?.seatId ?? placeIds.get(seatNo),
    seatOf: (seatNo) => seats.get(seatNo),
    areaOf: (seatNo) => areas.get(seatNo),
  }
}

function seatNosOf(area: PlanArea): number[] {
  return area.places.flatMap(([from, to]) => Array.from({ length: to - from }, (_, index) => from + index))
}

/** Seat numbers of the registry that this version does not have: off sale in its shows. */
export function vanishedSeats({ layout, seatCount }: Pick<StoredPlan, 'layout' | 'seatCount'>): number[] {
  const present = new Set([...layout.seats.map((seat) => seat.seatNo), ...layout.areas.flatMap(seatNosOf)])
  return Array.from({ length: seatCount }, (_, seatNo) => seatNo).filter((seatNo) => !present.has(seatNo))
}
