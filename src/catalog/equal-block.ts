/**
 * Seats in place of seats that are gone: as many, of the same categories and kinds, side by side in a row, as near to
 * the old ones as can be. Places of a standing area are replaced by places of the same area.
 */
import type { Plan } from './plan.ts'
import type { PlanSeat } from './plan-layout.ts'

/** A gap this much wider than its row's usual one is an aisle. */
const aisleGaps = 1.75

/** Which seat stands for which; null: there is no such block. */
export function equalBlock(
  plan: Plan,
  wanted: readonly number[],
  isFree: (seatNo: number) => boolean,
): Map<number, number> | null {
  const groups = new Map<string, number[]>()
  for (const seatNo of wanted) {
    const kind = kindOf(plan, seatNo)
    if (kind === null) return null
    groups.set(kind, [...(groups.get(kind) ?? []), seatNo])
  }
  const found = new Map<number, number>()
  for (const [kind, group] of groups) {
    const block = plan.areaOf(group[0] ?? -1)
      ? placesFor(plan, group, isFree)
      : blockFor(plan, group, (seat) => kindOf(plan, seat.seatNo) === kind && isFree(seat.seatNo))
    if (!block) return null
    for (const [index, seatNo] of group.entries()) found.set(seatNo, block[index] ?? seatNo)
  }
  return found
}

/** Null: the plan has the seat no more, so nobody can say what equals it. */
function kindOf(plan: Plan, seatNo: number): string | null {
  const seat = plan.seatOf(seatNo)
  if (seat) return JSON.stringify(['seat', seat.category, ...[...seat.traits].sort()])
  const area = plan.areaOf(seatNo)
  return area ? JSON.stringify(['area', area.key]) : null
}

function placesFor(
  plan: Plan,
  group: readonly number[],
  isFree: (seatNo: number) => boolean,
): number[] | null {
  const places: number[] = []
  for (const [from, to] of plan.areaOf(group[0] ?? -1)?.places ?? []) {
    for (let seatNo = from; seatNo < to && places.length < group.length; seatNo++)
      if (isFree(seatNo)) places.push(seatNo)
  }
  return places.length === group.length ? places : null
}

function blockFor(plan: Plan, group: readonly number[], fits: (seat: PlanSeat) => boolean): number[] | null {
  const old = group.flatMap((seatNo) => plan.seatOf(seatNo) ?? [])
  const zones = new Set(old.map(({ zone }) => zone))
  const middle = middleOf(old)
  let best: { seats: PlanSeat[]; isElsewhere: boolean; distance: number } | null = null
  for (const stretch of rowsOf(plan).flatMap((row) => stretchesOf(row, fits))) {
    for (let from = 0; from + group.length <= stretch.length; from++) {
      const seats = stretch.slice(from, from + group.length)
      const at = middleOf(seats)
      const candidate = {
        seats,
        isElsewhere: !zones.has(seats[0]?.zone ?? ''),
        distance: Math.hypot(at.x - middle.x, at.y - middle.y),
      }
      if (!best || isBetter(candidate, best)) best = candidate
    }
  }
  return best?.seats.map(({ seatNo }) => seatNo) ?? null
}

interface Ranked {
  isElsewhere: boolean
  distance: number
}

/** In the zone that was chosen, however far; then whatever is nearest. */
const isBetter = (a: Ranked, b: Ranked) =>
  a.isElsewhere === b.isElsewhere ? a.distance < b.distance : b.isElsewhere

/** The seats of each row from one end to the other. */
function rowsOf({ layout }: Plan): PlanSeat[][] {
  const rows = Object.values(Object.groupBy(layout.seats, ({ zone, row }) => JSON.stringify([zone, row])))
  return rows.map((row = []) => {
    const along = spread(row, 'x') >= spread(row, 'y') ? 'x' : 'y'
    return row.toSorted((a, b) => a[along] - b[along])
  })
}

/** Neighbours that fit, without an aisle or anybody else's seat between them. */
function stretchesOf(row: readonly PlanSeat[], fits: (seat: PlanSeat) => boolean): PlanSeat[][] {
  const gaps = row.slice(1).map((seat, index) => distanceBetween(row[index], seat))
  const usual = gaps.toSorted((a, b) => a - b)[Math.floor(gaps.length / 2)] ?? 0
  const stretches: PlanSeat[][] = []
  let isOpen = false
  for (const [index, seat] of row.entries()) {
    const isBeside = isOpen && (gaps[index - 1] ?? 0) <= usual * aisleGaps
    isOpen = fits(seat)
    if (!isOpen) continue
    if (isBeside) stretches.at(-1)?.push(seat)
    else stretches.push([seat])
  }
  return stretches
}

const distanceBetween = (a: PlanSeat | undefined, b: PlanSeat) => (a ? Math.hypot(a.x - b.x, a.y - b.y) : 0)

const spread = (row: readonly PlanSeat[], axis: 'x' | 'y') =>
  Math.max(...row.map((seat) => seat[axis])) - Math.min(...row.map((seat) => seat[axis]))

const middleOf = (seats: readonly PlanSeat[]) => ({
  x: seats.reduce((sum, { x }) => sum + x, 0) / seats.length,
  y: seats.reduce((sum, { y }) => sum + y, 0) / seats.length,
})
