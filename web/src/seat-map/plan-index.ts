/**
 * A plan prepared for drawing and pointing: flat arrays by seat index, a grid over the seats, the box around
 * everything, and where rows and zones get their labels. Built once per plan.
 */
import type { Box } from './camera.ts'
import type { Plan, PlanArea, PlanSeat, Point } from './plan.ts'
import { buildSeatGrid, type SeatGrid } from './seat-grid.ts'

export const traitBits = { wheelchair: 1, companion: 2, restricted_view: 4 } as const

export interface PlanIndex {
  plan: Plan
  box: Box
  grid: SeatGrid
  xs: Float32Array
  ys: Float32Array
  radii: Float32Array
  seatNos: Int32Array
  /** Index into `plan.categories`. */
  categories: Uint8Array
  traits: Uint8Array
  /** seat_no -> seat index, -1 where the number is a standing place or unused. */
  indexOfSeatNo: Int32Array
  /** The radius most seats have, by which the level of detail is chosen. */
  radius: number
  rowLabels: { text: string; x: number; y: number }[]
  /** `shortText` is the number in a zone's name, where it has one: "Section 101", "101". */
  zoneLabels: { text: string; shortText: string; x: number; y: number; width: number }[]
  areas: { area: PlanArea; box: Box; category: number }[]
}

export function indexPlan(plan: Plan): PlanIndex {
  const { seats } = plan
  const xs = Float32Array.from(seats, (seat) => seat.x)
  const ys = Float32Array.from(seats, (seat) => seat.y)
  const categoryIndex = new Map(plan.categories.map((category, index) => [category.key, index]))
  const areas = plan.areas.map((area) => ({
    area,
    box: boxAround(area.outline),
    category: categoryIndex.get(area.category) ?? 0,
  }))
  return {
    plan,
    box: wholeBox(plan),
    grid: buildSeatGrid(xs, ys),
    xs,
    ys,
    radii: Float32Array.from(seats, (seat) => seat.radius),
    seatNos: Int32Array.from(seats, (seat) => seat.seatNo),
    categories: Uint8Array.from(seats, (seat) => categoryIndex.get(seat.category) ?? 0),
    traits: Uint8Array.from(seats, traitsOf),
    indexOfSeatNo: indexSeatNos(seats),
    radius: medianRadius(seats),
    rowLabels: labelRows(seats),
    zoneLabels: labelZones(plan),
    areas,
  }
}

export function boxAround(points: readonly Point[]): Box {
  const box = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity }
  for (const { x, y } of points) {
    box.left = Math.min(box.left, x)
    box.top = Math.min(box.top, y)
    box.right = Math.max(box.right, x)
    box.bottom = Math.max(box.bottom, y)
  }
  return points.length === 0 ? { left: 0, top: 0, right: 0, bottom: 0 } : box
}

function traitsOf(seat: PlanSeat): number {
  let bits = 0
  for (const trait of seat.traits) bits |= traitBits[trait as keyof typeof traitBits] ?? 0
  return bits
}

function indexSeatNos(seats: readonly PlanSeat[]): Int32Array {
  const length = seats.reduce((most, seat) => Math.max(most, seat.seatNo + 1), 0)
  const indexes = new Int32Array(length).fill(-1)
  seats.forEach((seat, index) => {
    indexes[seat.seatNo] = index
  })
  return indexes
}

function medianRadius(seats: readonly PlanSeat[]): number {
  const radii = seats.map((seat) => seat.radius).sort((a, b) => a - b)
  return radii[radii.length >> 1] ?? 1
}

function wholeBox(plan: Plan): Box {
  const corners: Point[] = []
  for (const { x, y, radius } of plan.seats) {
    corners.push({ x: x - radius, y: y - radius }, { x: x + radius, y: y + radius })
  }
  for (const { outline } of [...plan.areas, ...plan.decorations]) corners.push(...outline)
  return boxAround(corners)
}

/** A shorter row, like that of a box, is labelled once. */
const shortRowSeats = 6

/** A row is labelled beside both of its ends, as far outside as its seats stand apart. */
function labelRows(seats: readonly PlanSeat[]): PlanIndex['rowLabels'] {
  const rows = new Map<string, PlanSeat[]>()
  for (const seat of seats) {
    const key = `${seat.zone}\n${seat.row}`
    const row = rows.get(key)
    if (row) row.push(seat)
    else rows.set(key, [seat])
  }
  const labels: PlanIndex['rowLabels'] = []
  for (const row of rows.values()) {
    const text = row[0]?.row
    if (!text || row.length < 3) continue
    const ordered = alongRow(row)
    const ends = [
      [ordered[0], ordered[1]],
      [ordered.at(-1), ordered.at(-2)],
    ].slice(0, row.length < shortRowSeats ? 1 : 2)
    for (const [end, beside] of ends) {
      if (!end || !beside) continue
      const apart = Math.hypot(end.x - beside.x, end.y - beside.y) || end.radius * 2
      const reach = (end.radius * 2.4) / apart
      labels.push({ text, x: end.x + (end.x - beside.x) * reach, y: end.y + (end.y - beside.y) * reach })
    }
  }
  return labels
}

/** Orders a row's seats from one end to the other, whichever way the row runs. */
function alongRow(row: readonly PlanSeat[]): PlanSeat[] {
  const box = boxAround(row)
  const wide = box.right - box.left >= box.bottom - box.top
  return [...row].sort((a, b) => (wide ? a.x - b.x : a.y - b.y))
}

/** A zone is named in the middle of its seats; where none are, as between boxes on both sides, beside one. */
function labelZones(plan: Plan): PlanIndex['zoneLabels'] {
  const members = new Map<string, PlanSeat[]>()
  for (const seat of plan.seats) {
    const zone = members.get(seat.zone)
    if (zone) zone.push(seat)
    else members.set(seat.zone, [seat])
  }
  return plan.zones.flatMap((zone) => {
    const seats = members.get(zone.key)
    const first = seats?.[0]
    if (!seats || !first || !zone.name) return []
    const box = boxAround(seats)
    const middle = {
      x: seats.reduce((sum, { x }) => sum + x, 0) / seats.length,
      y: seats.reduce((sum, { y }) => sum + y, 0) / seats.length,
    }
    const away = ({ x, y }: Point) => Math.hypot(x - middle.x, y - middle.y)
    const nearest = seats.reduce((best, seat) => (away(seat) < away(best) ? seat : best), first)
    const { x, y } = away(nearest) > nearest.radius * 6 ? nearest : middle
    const shortText = zone.name.match(/\d+/)?.[0] ?? zone.name
    return [{ text: zone.name, shortText, x, y, width: box.right - box.left }]
  })
}

/** The centre of an outline's area, which lies inside more often than the mean of its corners. */
export function centreOf(outline: readonly Point[]): Point {
  let doubleArea = 0
  let x = 0
  let y = 0
  outline.forEach((a, i) => {
    const b = outline[(i + 1) % outline.length] as Point
    const cross = a.x * b.y - b.x * a.y
    doubleArea += cross
    x += (a.x + b.x) * cross
    y += (a.y + b.y) * cross
  })
  const { left, right, top, bottom } = boxAround(outline)
  if (doubleArea === 0) return { x: (left + right) / 2, y: (top + bottom) / 2 }
  return { x: x / (3 * doubleArea), y: y / (3 * doubleArea) }
}
