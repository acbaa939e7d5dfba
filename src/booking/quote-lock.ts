/** What a lock would cost with a promotion code, before anyone pays. Uses nothing up. */
import type { PriceList } from '../catalog/index.ts'
import type { SeatLock } from '../seating/index.ts'
import { type Priced, priceLines, type SeatNames } from './price-lines.ts'
import { PromotionRefused } from './refusals.ts'
import type { Room } from './room.ts'
import { lookAtPromotion } from './take-promotion.ts'

export interface QuoteLock {
  lock: Pick<SeatLock, 'showId' | 'buyerId' | 'seats'>
  plan: SeatNames
  lists: ReadonlyMap<number, PriceList>
  promotionCode: string
}

export async function quoteLock(
  room: Room,
  { lock, plan, lists, promotionCode }: QuoteLock,
): Promise<Priced> {
  const { showId, buyerId } = lock
  const promotion = await lookAtPromotion(room.pool, { code: promotionCode, showId, buyerId })
  const priced = priceLines(lock.seats, plan, lists, promotion)
  requireSomethingOff(promotion, priced)
  return priced
}

/** A code that would change nothing is refused rather than used up. */
export function requireSomethingOff(promotion: { currency: string | null }, priced: Priced): void {
  if (promotion.currency !== null && promotion.currency !== priced.currency) {
    throw new PromotionRefused('other_currency')
  }
  if (priced.lines.every((line) => line.discountMinor === 0))
    throw new PromotionRefused('not_for_these_seats')
}
