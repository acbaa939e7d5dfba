/**
 * Money came after its booking had ended. One commit writes that down and owes it back, so that no crash can keep it.
 */
import { inTransaction } from '../platform/transaction.ts'
import type { BookingRow } from './booking-row.ts'
import { movePayment } from './moves.ts'
import { oweRefund } from './owe-refund.ts'
import { payRefundsOf } from './pay-refunds.ts'
import type { Room } from './room.ts'

export async function oweLateSuccess(room: Room, booking: BookingRow): Promise<void> {
  await inTransaction(room.pool, async (tx) => {
    await movePayment(tx, booking, 'SUCCEEDED')
    await oweRefund(room, tx, booking, {
      ...{ of: 'whole', amountMinor: booking.charge?.amountMinor ?? 0 },
      reason: 'Paid after the booking had ended',
    })
  })
  room.events.changed(booking.id)
  room.log.error({ bookingId: booking.id }, 'Money came after a booking had ended; it goes back')
  await payRefundsOf(room, booking.id)
}
