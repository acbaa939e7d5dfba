/**
 * Money came after its booking had ended. If the booking had failed and its seats are still nobody's, the buyer has them
 * after all. Otherwise the money goes back. Either is one commit, so that no crash can keep money without tickets.
 */
import { inTransaction, type Tx } from '../platform/transaction.ts'
import { lockFence, recordSeatSync, takeSold } from '../seating/index.ts'
import type { BookingRow } from './booking-row.ts'
import { moveBooking, movePayment } from './moves.ts'
import { oweRefund } from './owe-refund.ts'
import { payRefundsOf } from './pay-refunds.ts'
import type { Room } from './room.ts'
import { areSeatsLost, issueTickets } from './settle-booking.ts'
import { tellLedger } from './tell-ledger.ts'

export async function settleLateSuccess(room: Room, booking: BookingRow): Promise<void> {
  if (booking.standing.state === 'FAILED' && booking.startsAt > booking.now && (await retake(room, booking)))
    return
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

/** A seat was somebody else's by then: nothing of the transaction may stay. */
class Taken extends Error {}

async function retake(room: Room, booking: BookingRow): Promise<boolean> {
  try {
    const outboxId = await inTransaction(room.pool, (tx) => takeAgain(room, tx, booking))
    room.events.moved('CONFIRMED')
    room.events.changed(booking.id)
    room.log.info(
      { bookingId: booking.id },
      'Money came after a booking had failed; its seats were still free',
    )
    await room.faultPoint('booking: retaken')
    await tellLedger(room, { id: booking.id, ...freeBefore(booking) }, outboxId)
    return true
  } catch (error) {
    if (error instanceof Taken || areSeatsLost(error)) return false
    throw error
  }
}

async function takeAgain(room: Room, tx: Tx, booking: BookingRow): Promise<bigint> {
  const { showId, lockId, buyerId, seats, id } = booking
  const fence = await lockFence(tx, showId)
  await moveBooking(tx, booking, { to: 'CONFIRMED', reason: 'paid late, and the seats were still free' })
  await movePayment(tx, booking, 'SUCCEEDED')
  if (!fence || !(await takeSold(tx, { showId, lockId, buyerId, bookingId: id, seats }, fence)))
    throw new Taken()
  await issueTickets(room, tx, booking)
  return await recordSeatSync(tx, freeBefore(booking))
}

/** In the ledger nobody held them; whoever does by now is told by their own claims. */
const freeBefore = ({ showId, seats }: BookingRow) => ({ showId, lockId: null, seats })
