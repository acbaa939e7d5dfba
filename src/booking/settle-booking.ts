/**
 * The commits that end a booking. In each, the state, the claims, the tickets, what is owed and the outbox
 * row for the ledger change together or not at all, so no crash can leave money without tickets or tickets without
 * money. The ledger is told after the commit; if that fails, a relay repeats it.
 */
import { keyedUuid } from '../platform/ids.ts'
import { inTransaction, sqlState, type Tx } from '../platform/transaction.ts'
import { ClaimsLost, claimsToSold, freeClaims, lockFence, recordSeatSync } from '../seating/index.ts'
import type { BookingRow } from './booking-row.ts'
import type { Failure } from './failures.ts'
import { moveBooking, movePayment } from './moves.ts'
import { oweRefund } from './owe-refund.ts'
import { payRefundsOf } from './pay-refunds.ts'
import type { Room } from './room.ts'
import { tellLedger } from './tell-ledger.ts'

/**
 * Paid: seats and tickets are the buyer's. When the seats are lost after all (which takes a lost claim), the money is
 * owed back in the same commit that says so.
 */
export async function sellSeats(room: Room, booking: BookingRow, reason: string): Promise<void> {
  try {
    const outboxId = await inTransaction(room.pool, async (tx) => {
      const fence = await lockFence(tx, booking.showId)
      await moveBooking(tx, booking, { to: 'CONFIRMED', reason })
      if (booking.charge) await movePayment(tx, booking, 'SUCCEEDED')
      await claimsToSold(tx, ownedBy(booking), fence)
      await issueTickets(room, tx, booking)
      return await recordSeatSync(tx, ownedBy(booking))
    })
    tellMove(room, booking, 'CONFIRMED', booking.charge ? 'succeeded' : null)
    await room.faultPoint('booking: sold')
    await tellLedger(room, booking, outboxId)
  } catch (error) {
    if (!areSeatsLost(error)) throw error
    room.log.error({ bookingId: booking.id, error }, 'Seats that were paid for are lost; the money goes back')
    await failPaid(room, booking)
  }
}

/** The claims are gone, or the seat has another valid ticket. */
export function areSeatsLost(error: unknown): boolean {
  if (error instanceof ClaimsLost) return true
  return (
    sqlState(error) === '23505' &&
    (error as { constraint?: string }).constraint === 'ticket_one_valid_per_seat'
  )
}

async function failPaid(room: Room, booking: BookingRow): Promise<void> {
  const outboxId = await inTransaction(room.pool, async (tx) => {
    await lockFence(tx, booking.showId)
    await moveBooking(tx, booking, { to: 'FAILED', reason: 'the seats were lost', failure: 'seats_lost' })
    if (booking.charge) await movePayment(tx, booking, 'SUCCEEDED')
    await freeClaims(tx, ownedBy(booking))
    await oweRefund(room, tx, booking, {
      ...{ of: 'whole', amountMinor: booking.charge?.amountMinor ?? 0 },
      reason: 'The seats could not be given',
    })
    return await recordSeatSync(tx, ownedBy(booking))
  })
  tellMove(room, booking, 'FAILED', booking.charge ? 'succeeded' : null)
  await tellLedger(room, booking, outboxId)
  await payRefundsOf(room, booking.id)
}

export interface GiveUp {
  to: 'FAILED' | 'CANCELLED'
  /** What the payment ends as; null: there is none. */
  payment: 'DECLINED' | 'CANCELLED' | null
  reason: string
  by?: string
  failure?: Failure
}

/** No money moved and none will: the seats go back. */
export async function giveUp(room: Room, booking: BookingRow, end: GiveUp): Promise<void> {
  const outboxId = await inTransaction(room.pool, async (tx) => {
    await lockFence(tx, booking.showId)
    await moveBooking(tx, booking, end)
    if (end.payment) await movePayment(tx, booking, end.payment)
    await freeClaims(tx, ownedBy(booking))
    return await recordSeatSync(tx, ownedBy(booking))
  })
  tellMove(room, booking, end.to, end.payment === 'DECLINED' ? 'declined' : null)
  await room.faultPoint('booking: given up')
  await tellLedger(room, booking, outboxId)
}

const ownedBy = ({ showId, lockId, seats, id }: BookingRow) => ({
  showId,
  lockId,
  seats,
  bookingId: id,
})

export async function issueTickets(
  { idSecret }: Pick<Room, 'idSecret'>,
  tx: Tx,
  { id, showId, seats }: BookingRow,
): Promise<void> {
  const ids = seats.map((seatNo) => keyedUuid(idSecret, 'ticket', id, String(seatNo)))
  await tx.query({
    name: 'issue_tickets',
    text: `INSERT INTO ticket (id, booking_id, show_id, seat_no)
           SELECT t.id, $1, $2, t.seat_no FROM unnest($3::uuid[], $4::int[]) AS t (id, seat_no)`,
    values: [id, showId, ids, seats],
  })
}

function tellMove(
  room: Room,
  { id }: BookingRow,
  to: 'CONFIRMED' | 'FAILED' | 'CANCELLED',
  payment: 'succeeded' | 'declined' | null,
) {
  room.events.moved(to)
  room.events.changed(id)
  if (payment) room.events.payment(payment)
}
