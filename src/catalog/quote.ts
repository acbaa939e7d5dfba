/**
 * What seats cost, to the last cent: price, discount, fees and tax of each seat, and their sum. Whole minor units all the
 * way, so that the lines of a booking add up to its total and any of them can be paid back alone.
 */

/** Immutable together with its prices: a lock remembers both by one number. */
export interface PriceRules {
  fees: Fee[]
  tax: Tax | null
}

export interface Fee {
  name: string
  per: 'ticket' | 'booking'
  /** Minor units. */
  amountMinor: number
  /** Share of the ticket's price after its discount, in hundredths of a percent. Only per ticket. */
  basisPoints: number
}

export interface Tax {
  name: string
  /** Millionths: 8.875 % is 88,750. */
  ratePpm: number
  /** true: prices and fees contain it, as in Europe. false: it comes on top. */
  included: boolean
}

/** What a promotion takes off each ticket. */
export interface Discount {
  /** Hundredths of a percent, up to 10,000. */
  basisPoints: number
  /** Minor units, besides the share. */
  amountMinor: number
  /** Keys of the categories it holds for; null for all. */
  categories: string[] | null
}

export interface SeatToPrice {
  seatNo: number
  category: string
  priceMinor: number
  rules: PriceRules
}

export interface QuotedLine {
  seatNo: number
  priceMinor: number
  discountMinor: number
  /** With the seat's part of what is paid per booking. */
  feeMinor: number
  /** Contained in the other amounts or on top of them, as the tax says. */
  taxMinor: number
  /** What is paid for this seat, everything included. */
  totalMinor: number
}

export interface Quote {
  lines: QuotedLine[]
  totalMinor: number
}

/** `bookingRules` are those of the newest price list among the seats': what is paid per booking is paid once. */
export function quote(seats: SeatToPrice[], bookingRules: PriceRules, discount: Discount | null): Quote {
  const discounts = seats.map((seat) => discountOf(seat, discount))
  const paid = seats.map((seat, index) => seat.priceMinor - (discounts[index] ?? 0))
  const shared = shareBookingFees(paid, bookingRules)
  const lines = seats.map((seat, index) => {
    const ticketMinor = paid[index] ?? 0
    const feeMinor = ticketFees(ticketMinor, seat.rules) + (shared[index] ?? 0)
    const { taxMinor, onTopMinor } = taxOf(ticketMinor + feeMinor, seat.rules.tax)
    return {
      seatNo: seat.seatNo,
      ...{ priceMinor: seat.priceMinor, discountMinor: discounts[index] ?? 0, feeMinor, taxMinor },
      totalMinor: ticketMinor + feeMinor + onTopMinor,
    }
  })
  return { lines, totalMinor: lines.reduce((sum, line) => sum + line.totalMinor, 0) }
}

function discountOf({ priceMinor, category }: SeatToPrice, discount: Discount | null): number {
  if (!discount || (discount.categories && !discount.categories.includes(category))) return 0
  return Math.min(priceMinor, share(priceMinor, discount.basisPoints) + discount.amountMinor)
}

/** A ticket that costs nothing has no fees. */
function ticketFees(ticketMinor: number, { fees }: PriceRules): number {
  if (ticketMinor === 0) return 0
  return fees
    .filter((fee) => fee.per === 'ticket')
    .reduce((sum, fee) => sum + fee.amountMinor + share(ticketMinor, fee.basisPoints), 0)
}

/** Evenly over the tickets that cost something; what does not divide goes to the first ones, a minor unit each. */
function shareBookingFees(paid: number[], { fees }: PriceRules): number[] {
  const payers = paid.filter((ticketMinor) => ticketMinor > 0).length
  const feeMinor = fees.filter((fee) => fee.per === 'booking').reduce((sum, fee) => sum + fee.amountMinor, 0)
  if (payers === 0) return paid.map(() => 0)
  let rest = feeMinor % payers
  return paid.map((ticketMinor) => {
    if (ticketMinor === 0) return 0
    rest -= 1
    return Math.floor(feeMinor / payers) + (rest >= 0 ? 1 : 0)
  })
}

function taxOf(grossMinor: number, tax: Tax | null): { taxMinor: number; onTopMinor: number } {
  if (!tax) return { taxMinor: 0, onTopMinor: 0 }
  if (tax.included) {
    const taxMinor = Math.round((grossMinor * tax.ratePpm) / (1_000_000 + tax.ratePpm))
    return { taxMinor, onTopMinor: 0 }
  }
  const taxMinor = Math.round((grossMinor * tax.ratePpm) / 1_000_000)
  return { taxMinor, onTopMinor: taxMinor }
}

/** Half a minor unit is rounded up. */
const share = (amountMinor: number, basisPoints: number) => Math.round((amountMinor * basisPoints) / 10_000)
