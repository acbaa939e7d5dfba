/** Seats and prices in words. */
import type { PlanIndex } from '../../seat-map/plan-index.ts'
import { type Look, lookNames } from '../../seat-map/seat-look.ts'

export type Prices = ReadonlyMap<string, string>

const traitNames: Record<string, string> = {
  wheelchair: 'wheelchair place',
  companion: 'companion seat',
  restricted_view: 'restricted view',
}

export function placeName(place: { zone: string; row: string; number: string }): string {
  const words = [place.zone, place.row && `row ${place.row}`, place.number && `seat ${place.number}`]
  return words.filter(Boolean).join(', ')
}

export interface SeatWords {
  name: string
  category: string
  price: string
  traits: string[]
  status: string
}

export function seatWords(index: PlanIndex, seatIndex: number, look: Look, prices: Prices): SeatWords {
  const seat = index.plan.seats[seatIndex]
  const category = index.plan.categories[index.categories[seatIndex] ?? 0]
  const zone = index.plan.zones.find(({ key }) => key === seat?.zone)?.name ?? ''
  return {
    name: placeName({ zone, row: seat?.row ?? '', number: seat?.number ?? '' }),
    category: category?.name ?? '',
    price: prices.get(category?.key ?? '') ?? '',
    traits: (seat?.traits ?? []).map((trait) => traitNames[trait] ?? trait),
    status: lookNames[look],
  }
}

export function spokenSeat({ name, category, price, traits, status }: SeatWords): string {
  return [name, category, price, ...traits, status].filter(Boolean).join(', ')
}
