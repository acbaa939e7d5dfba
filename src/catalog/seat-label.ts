/** How a seat is named on paper and in lists: zone, row and number, or the standing area. */
import type { Plan } from './plan.ts'

export interface SeatLabel {
  zone: string | null
  row: string | null
  number: string | null
  area: string | null
  /** All of it in English: "Stalls, row C, seat 14", or the name of the standing area. */
  text: string
}

const nameless = { zone: null, row: null, number: null, area: null }

/** Where this version of the plan has the seat no more, its public name stands for it. */
export function seatLabelOf(plan: Plan | null, seatNo: number, seatId: string): SeatLabel {
  const seat = plan?.seatOf(seatNo)
  if (plan && seat) {
    const zone = zoneName(plan, seat.zone) || null
    const row = seat.row || null
    const number = seat.number || null
    const text = [zone, row && `row ${row}`, number && `seat ${number}`].filter(Boolean).join(', ')
    return { zone, row, number, area: null, text: text || seat.seatId }
  }
  const area = plan?.areaOf(seatNo)
  if (plan && area)
    return { ...nameless, zone: zoneName(plan, area.zone) || null, area: area.name, text: area.name }
  return { ...nameless, text: seatId }
}

export function zoneName(plan: Plan, key: string): string {
  return plan.layout.zones.find((zone) => zone.key === key)?.name ?? key
}
