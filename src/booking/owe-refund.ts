/**
 * Writes down that money is owed back: once per booking, whoever finds it out, in the commit that makes it so. The
 * process that committed it pays it at once (pay-refunds.ts); the watch leaves it to that process for a while.
 */
import { keyedUuid } from '../platform/ids.ts'
import { inTransaction, type Tx } from '../platform/transaction.ts'
import type { BookingRow } from './booking-row.ts'
import { movePayment } from './moves.ts'
import { payRefundsOf } from './pay-refunds.ts'
import type { Room } from './room.ts'

export async function oweRefund(room: Room, tx: Tx, booking: BookingRow, reason: string): Promise<void> {
  const { charge } = booking
  if (!charge) return
  // Derived, so that a second attempt to owe the same money meets the first one's row.
  const id = keyedUuid(room.idSecret, 'refund', booking.id, 'whole')
  await tx.query({
    name: 'owe_refund',
    text: `INSERT INTO refund (id, booking_id, payment_id, state, gateway_key, amount_minor, currency, reason, next_try_at)
           VALUES ($1, $2, $3, 'OWED', $4, $5, $6, $7, now() + $8 * interval '1 ms')
           ON CONFLICT (id) DO NOTHING`,
    values: [
      ...[id, booking.id, charge.paymentId, `refund_${id}`],
      ...[charge.amountMinor, charge.currency, reason, room.limits.attendMs],
    ],
  })
}

/** Money came after the booking had ended. The payment says so from now on, and the money goes back. */
export async function oweLateSuccess(room: Room, booking: BookingRow): Promise<void> {
  await inTransaction(room.pool, async (tx) => {
    await movePayment(tx, booking, 'SUCCEEDED')
    await oweRefund(room, tx, booking, 'Paid after the booking had ended')
  })
  room.log.error({ bookingId: booking.id }, 'Money came after a booking had ended; it goes back')
  await payRefundsOf(room, booking.id)
}
