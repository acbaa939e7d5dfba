/**
 * What a booking costs: each seat at the price of the list that was in force when it was locked. The list is immutable
 * and the claim remembers its number, so a price that changes between lock and payment changes nothing here.
 */
import { ShowNotOnSale } from '../seating/index.ts'

export interface PriceList {
  currency: string
  /** Category key -> minor units. */
  prices: Record<string, number>
}

/** What a plan says of its seats and places. */
export interface SeatNames {
  seatIdOf(seatNo: number): string | undefined
  seatOf(seatNo: number): { category: string } | undefined
  areaOf(seatNo: number): { category: string } | undefined
}

export interface PricedLine {
  seatNo: number
  seatId: string
  category: string
  amountMinor: number
}

export interface Priced {
  lines: PricedLine[]
  currency: string
  totalMinor: number
}

export function priceLines(
  seats: { seatNo: number; priceListId: number | null }[],
  plan: SeatNames,
  lists: ReadonlyMap<number, PriceList>,
): Priced {
  const currencies = new Set<string>()
  const lines = seats.map(({ seatNo, priceListId }) => {
    const seatId = plan.seatIdOf(seatNo)
    const category = (plan.seatOf(seatNo) ?? plan.areaOf(seatNo))?.category
    if (seatId === undefined || category === undefined) throw new Error(`The plan has no seat ${seatNo}`)
    const list = priceListId === null ? undefined : lists.get(priceListId)
    const amountMinor = list?.prices[category]
    // A seat without a price cannot be bought, not even for nothing.
    if (!list || amountMinor === undefined) throw new ShowNotOnSale('not_on_sale')
    currencies.add(list.currency)
    return { seatNo, seatId, category, amountMinor }
  })
  const [currency, ...others] = currencies
  // One charge has one currency; lists of one show that differ in it are a mistake in its prices.
  if (currency === undefined || others.length > 0) throw new ShowNotOnSale('not_on_sale')
  return { lines, currency, totalMinor: lines.reduce((sum, line) => sum + line.amountMinor, 0) }
}
