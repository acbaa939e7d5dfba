/**
 * What a booking costs: each seat at the price list that was in force when it was locked. The list is immutable and the
 * claim remembers its number, so a price or a fee that changes between lock and payment changes nothing here.
 */
import { type Discount, type PriceList, type QuotedLine, quote } from '../catalog/index.ts'
import { ShowNotOnSale } from '../seating/index.ts'

/** What a plan says of its seats and places. */
export interface SeatNames {
  seatIdOf(seatNo: number): string | undefined
  seatOf(seatNo: number): { category: string } | undefined
  areaOf(seatNo: number): { category: string } | undefined
}

export interface PricedLine extends QuotedLine {
  seatId: string
  category: string
}

export interface Priced {
  /** In the order of the seats. */
  lines: PricedLine[]
  currency: string
  totalMinor: number
}

export function priceLines(
  seats: { seatNo: number; priceListId: number | null }[],
  plan: SeatNames,
  lists: ReadonlyMap<number, PriceList>,
  discount: Discount | null = null,
): Priced {
  const found = seats.map(({ seatNo, priceListId }) => {
    const seatId = plan.seatIdOf(seatNo)
    const category = (plan.seatOf(seatNo) ?? plan.areaOf(seatNo))?.category
    if (seatId === undefined || category === undefined) throw new Error(`The plan has no seat ${seatNo}`)
    const list = priceListId === null ? undefined : lists.get(priceListId)
    const priceMinor = list?.prices[category]
    // A seat without a price cannot be bought, not even for nothing.
    if (!list || priceMinor === undefined) throw new ShowNotOnSale('not_on_sale')
    return { seatNo, seatId, category, priceMinor, list, rules: list.rules }
  })
  const newest = found.map(({ list }) => list).reduce<PriceList | null>(newer, null)
  // One charge has one currency; lists of one show that differ in it are a mistake in its prices.
  if (!newest || found.some(({ list }) => list.currency !== newest.currency)) {
    throw new ShowNotOnSale('not_on_sale')
  }
  const { lines, totalMinor } = quote(found, newest.rules, discount)
  const named = lines.map((line, index) => ({
    ...line,
    ...{ seatId: found[index]?.seatId ?? '', category: found[index]?.category ?? '' },
  }))
  return { lines: named, currency: newest.currency, totalMinor }
}

const newer = (one: PriceList | null, other: PriceList) => (one && one.id > other.id ? one : other)
