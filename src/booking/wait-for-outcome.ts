/** The commit that puts a booking into a waiting state. The watch looks again when its time has come. */
import { inTransaction } from '../platform/transaction.ts'
import type { BookingRow } from './booking-row.ts'
import type { Step } from './decide.ts'
import { moveBooking, movePayment } from './moves.ts'
import type { Room } from './room.ts'

export async function keepWaiting(
  room: Room,
  booking: BookingRow,
  { to, reason, lookInMs, actionUrl }: Extract<Step, { do: 'keep_waiting' }>,
): Promise<void> {
  await inTransaction(room.pool, async (tx) => {
    await moveBooking(tx, booking, { to, reason, lookInMs })
    if (to === 'REQUIRES_ACTION') {
      await movePayment(tx, booking, 'REQUIRES_ACTION', { actionUrl: actionUrl ?? null })
    }
  })
  room.events.moved(to)
  room.events.changed(booking.id)
  switch (to) {
    case 'PAYMENT_QUEUED':
      return
    case 'REQUIRES_ACTION':
      return room.events.payment('action_required')
    case 'PAYMENT_UNKNOWN':
      return room.events.payment('unknown')
    case 'NEEDS_OPERATOR':
      // The seats stay with the buyer until somebody, or the gateway, says what became of the money.
      room.log.error(
        { bookingId: booking.id, showId: booking.showId, reason },
        'A booking needs an operator: the gateway does not tell what became of its payment',
      )
  }
}
