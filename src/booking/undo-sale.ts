/**
 * A paid booking is cancelled, all of it or some of its seats: one commit makes the tickets void, frees the seats, and
 * owes back what was paid for them, fees included. A line is given back once, because the commit names lines that stand.
 */
import { inTransaction, type Tx } from '../platform/transaction.ts'
import { freeClaims, lockFence, recordSeatSync } from '../seating/index.ts'
import type { BookingRow } from './booking-row.ts'
import { Moved, moveBooking } from './moves.ts'
import { oweRefund } from './owe-refund.ts'
import { payRefundsOf } from './pay-refunds.ts'
import { TicketsPassedOn } from './refusals.ts'
import type { Room } from './room.ts'
import { tellLedger } from './tell-ledger.ts'

export interface UndoSale {
  /** Of the booking's seats. */
  seats: number[]
  /** For the history, and for the buyer as the refund's reason. */
  reason: string
  /** Who of the house; absent: the buyer, who cannot give back what was passed on. */
  by?: string
}

export async function undoSale(
  room: Room,
  booking: BookingRow,
  { seats, reason, by }: UndoSale,
): Promise<void> {
  const { id, showId, lockId } = booking
  const owned = { showId, lockId, seats, bookingId: id }
  const to = seats.length === booking.seats.length ? 'CANCELLED' : 'CONFIRMED'
  const outboxId = await inTransaction(room.pool, async (tx) => {
    await lockFence(tx, showId)
    await moveBooking(tx, booking, {
      to,
      reason: to === 'CANCELLED' ? reason : `${seats.length} of ${booking.seats.length} seats ${reason}`,
      ...(by !== undefined && { by }),
    })
    if (by === undefined) await requireOwnTickets(tx, id, seats)
    const amountMinor = await voidLines(tx, booking, seats)
    await oweRefund(room, tx, booking, { of: seats, amountMinor, reason: sentence(reason) })
    await freeClaims(tx, owned)
    return await recordSeatSync(tx, owned)
  })
  room.events.moved(to)
  room.events.changed(id)
  await room.faultPoint('booking: sale undone')
  await tellLedger(room, { ...booking, seats }, outboxId)
  // The refund is owed from the commit on; paying it now only makes it sooner.
  await payRefundsOf(room, id)
}

/** The rows stay locked, so that nobody takes a ticket between the look and the commit. */
async function requireOwnTickets(tx: Tx, bookingId: string, seats: number[]): Promise<void> {
  const { rows } = await tx.query<{ seatNo: number; isPassedOn: boolean }>({
    name: 'lock_tickets',
    text: `SELECT seat_no AS "seatNo", holder_id IS NOT NULL AS "isPassedOn" FROM ticket
            WHERE booking_id = $1 AND seat_no = ANY ($2) AND state = 'valid' ORDER BY seat_no FOR UPDATE`,
    values: [bookingId, seats],
  })
  const passedOn = rows.filter((row) => row.isPassedOn).map(({ seatNo }) => seatNo)
  if (passedOn.length > 0) throw new TicketsPassedOn(passedOn)
}

/**
 * What was paid for them. The booking's row is locked by now, and its lines must be those that were read before: of two
 * who give back one of the last two seats each, the second reads again and cancels the booking.
 */
async function voidLines(tx: Tx, { id, seats: read }: BookingRow, seats: number[]): Promise<number> {
  const { rows } = await tx.query<{ amount_minor: number; standing: number }>({
    name: 'void_lines',
    text: `WITH void AS (
             UPDATE ticket SET state = 'void' WHERE booking_id = $1 AND seat_no = ANY ($2) AND state = 'valid'
           )
           UPDATE booking_line SET voided_at = now()
            WHERE booking_id = $1 AND seat_no = ANY ($2) AND voided_at IS NULL
           RETURNING amount_minor, (SELECT count(*)::int FROM booking_line
                                     WHERE booking_id = $1 AND voided_at IS NULL) AS standing`,
    values: [id, seats],
  })
  if (rows.length !== seats.length || rows[0]?.standing !== read.length) throw new Moved()
  return rows.reduce((sum, row) => sum + row.amount_minor, 0)
}

const sentence = (reason: string) => `${reason.charAt(0).toUpperCase()}${reason.slice(1)}`
