/** From the names that buyers use to seat numbers: what is unknown, double or too much is told by name. */
import type { Plan } from '../catalog/index.ts'
import { BadSeatCount, seatingLimits } from '../seating/index.ts'
import { DuplicateSeats, UnknownSeats } from './refusals.ts'

export interface NamedSeat {
  seatNo: number
  seatId: string
}

interface Named {
  seats: readonly string[]
  areas: readonly { area: string; count: number }[]
}

interface Wanted {
  seats: number[]
  areas: { key: string; category: string; ranges: [number, number][]; count: number }[]
}

/** For taking: seats by their ids, standing places by area and number. */
export function wantedSeats(plan: Plan, named: Named): Wanted {
  checkCount(named)
  checkTwice({ seats: named.seats, areas: named.areas.map(({ area }) => area) })
  const unknown: { seats: string[]; areas: string[] } = { seats: [], areas: [] }
  const wanted: Wanted = { seats: [], areas: [] }
  for (const seatId of named.seats) {
    const seatNo = plan.seatNoOf(seatId)
    if (seatNo === undefined || !plan.seatOf(seatNo)) unknown.seats.push(seatId)
    else wanted.seats.push(seatNo)
  }
  for (const { area, count } of named.areas) {
    const found = plan.layout.areas.find(({ key }) => key === area)
    if (found) wanted.areas.push({ key: area, category: found.category, ranges: found.places, count })
    else unknown.areas.push(area)
  }
  if (unknown.seats.length > 0 || unknown.areas.length > 0) throw new UnknownSeats(unknown)
  return wanted
}

/** For giving back: seats and standing places, both by the ids that the lock shows. */
export function seatNosOf(plan: Plan, seatIds: readonly string[]): number[] {
  checkCount({ seats: seatIds, areas: [] })
  checkTwice({ seats: seatIds, areas: [] })
  const unknown: string[] = []
  const seatNos: number[] = []
  for (const seatId of seatIds) {
    const seatNo = plan.seatNoOf(seatId)
    if (seatNo === undefined) unknown.push(seatId)
    else seatNos.push(seatNo)
  }
  if (unknown.length > 0) throw new UnknownSeats({ seats: unknown, areas: [] })
  return seatNos
}

function checkCount({ seats, areas }: Named): void {
  const max = seatingLimits.seatsPerCallMax
  const count = areas.reduce((sum, area) => sum + area.count, seats.length)
  const empty = areas.find((area) => area.count < 1)
  if (empty) throw new BadSeatCount(empty.count, max)
  if (count < 1 || count > max) throw new BadSeatCount(count, max)
  if (areas.length > seatingLimits.areasPerCallMax)
    throw new BadSeatCount(areas.length, seatingLimits.areasPerCallMax)
}

function checkTwice({ seats, areas }: { seats: readonly string[]; areas: readonly string[] }): void {
  const twice = { seats: repeated(seats), areas: repeated(areas) }
  if (twice.seats.length > 0 || twice.areas.length > 0) throw new DuplicateSeats(twice)
}

function repeated(names: readonly string[]): string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))]
}
