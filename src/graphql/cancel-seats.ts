/** From the seat ids of a booking to seat numbers. */
import { BookingNotFound } from '../booking/index.ts'
import type { Context } from './context.ts'
import { seatNosOf } from './named-seats.ts'
import { planOfShow } from './seat-lock.ts'

/** `whose` finds the booking if the caller may know of it. No list: all of its seats. */
export async function seatNosOfBooking(
  { deps, loaders }: Context,
  whose: { id: string; buyerId?: string },
  seatIds: readonly string[] | null | undefined,
): Promise<number[] | undefined> {
  if (seatIds == null) return undefined
  const booking = await deps.database.booking.findUnique({ where: whose, select: { showId: true } })
  if (!booking) throw new BookingNotFound()
  return seatNosOf(await planOfShow(booking.showId, loaders), seatIds)
}
