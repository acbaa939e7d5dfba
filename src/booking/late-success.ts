/**
 * Money came after its booking had ended. If the booking had failed and its seats are still nobody's, the buyer has them
 * after all; if they are gone, seats that equal them. Otherwise the money goes back. Each is one commit, so that no crash
 * can keep money without tickets.
 */
import { inTransaction, type Tx } from '../platform/transaction.ts'
import { lockFence, recordSeatSync, takeSold } from '../seating/index.ts'
import type { BookingRow } from './booking-row.ts'
import { findBlock, type MovedSeat, moveLines } from './move-to-block.ts'
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

/** Somebody may take a block between the look and the commit; the next look finds another. */
const blockTriesMax = 3

async function retake(room: Room, booking: BookingRow): Promise<boolean> {
  if (await takeIfFree(room, booking, null)) return true
  for (let tries = 0; tries < blockTriesMax; tries++) {
    const moved = await findBlock(room, booking)
    if (!moved) return false
    if (await takeIfFree(room, booking, moved)) return true
  }
  return false
}

/** `moved`: to other seats; null: its own. */
async function takeIfFree(room: Room, booking: BookingRow, moved: MovedSeat[] | null): Promise<boolean> {
  const taken = moved ? { ...booking, seats: moved.map(({ to }) => to) } : booking
  try {
    const outboxId = await inTransaction(room.pool, (tx) => takeAgain(room, tx, { booking, taken, moved }))
    room.events.moved('CONFIRMED')
    room.events.changed(booking.id)
    const how = moved ? 'its seats were gone, and equal ones free' : 'its seats were still free'
    room.log.info({ bookingId: booking.id }, `Money came after a booking had failed; ${how}`)
    await room.faultPoint('booking: retaken')
    await tellLedger(room, { id: booking.id, ...freeBefore(taken) }, outboxId)
    return true
  } catch (error) {
    if (error instanceof Taken || areSeatsLost(error)) return false
    throw error
  }
}

async function takeAgain(
  room: Room,
  tx: Tx,
  { booking, taken, moved }: { booking: BookingRow; taken: BookingRow; moved: MovedSeat[] | null },
): Promise<bigint> {
  const { showId, lockId, buyerId, seats, id } = taken
  const fence = await lockFence(tx, showId)
  const reason = moved
    ? 'paid late; the seats were gone, and these of the same kind and price were free'
    : 'paid late, and the seats were still free'
  await moveBooking(tx, booking, { to: 'CONFIRMED', reason })
  await movePayment(tx, booking, 'SUCCEEDED')
  if (!fence || !(await takeSold(tx, { showId, lockId, buyerId, bookingId: id, seats }, fence)))
    throw new Taken()
  if (moved) await moveLines(tx, booking, moved)
  await issueTickets(room, tx, taken)
  return await recordSeatSync(tx, freeBefore(taken))
}

/** In the ledger nobody held them; whoever does by now is told by their own claims. */
const freeBefore = ({ showId, seats }: BookingRow) => ({ showId, lockId: null, seats })
