/**
 * cancelBooking: a booking is given back, or some of its paid seats, by its buyer or by the house. While money may be on
 * its way, the gateway is asked to cancel first, and the seats go back only after it said so. If it says that the money
 * has moved, the booking is sold and then undone like any paid one, so that its history shows both and the money goes
 * back by a refund. Safe to repeat.
 */
import { CommitUnknown } from '../platform/transaction.ts'
import { orBookingsAway } from './away.ts'
import { type BookingRow, readBooking } from './booking-row.ts'
import { callGateway } from './call-gateway.ts'
import { cancellableUntil } from './deadlines.ts'
import { decideCancel } from './decide.ts'
import { Moved } from './moves.ts'
import {
  BookingNotFound,
  BookingsAway,
  NotCancellable,
  PaymentUndecided,
  SeatsNotBooked,
} from './refusals.ts'
import type { Room } from './room.ts'
import { giveUp, sellSeats } from './settle-booking.ts'
import { undoSale } from './undo-sale.ts'

export interface CancelBooking {
  bookingId: string
  buyerId: string
  /** Paid seats of it, by number; absent: the whole booking. */
  seats?: number[] | undefined
}

/** By an organiser: whoever's the booking is, and however near the show. */
export interface CancelForHouse extends Pick<CancelBooking, 'bookingId' | 'seats'> {
  /** Who did it: kept in the history, and not shown to the buyer. */
  by: string
  /** Shown to the buyer. */
  reason: string
}

type Request = CancelBooking | CancelForHouse

export async function cancelBooking(room: Room, request: Request): Promise<string> {
  await orBookingsAway(async () => {
    let wasPaying = false
    for (let steps = 0; steps < room.limits.stepsPerTurnMax; steps++) {
      const booking = await readBooking(room.pool, request.bookingId)
      if (!booking || ('buyerId' in request && booking.buyerId !== request.buyerId))
        throw new BookingNotFound()
      try {
        const went = await oneStep(room, booking, request, wasPaying)
        if (went === 'done') return
        // They wanted out before it was paid, so the time to give paid seats back is not held against them.
        wasPaying = true
      } catch (error) {
        // Another process moved it, or nobody knows whether this one did: the rows do.
        if (!(error instanceof Moved || error instanceof CommitUnknown)) throw error
      }
    }
    throw new BookingsAway(new Error(`Booking ${request.bookingId} kept moving while it was to be cancelled`))
  })
  return request.bookingId
}

async function oneStep(
  room: Room,
  booking: BookingRow,
  request: Request,
  wasPaying: boolean,
): Promise<'done' | 'again'> {
  const step = decideCancel(booking.standing, {
    by: 'buyerId' in request ? 'buyer' : 'house',
    part: request.seats !== undefined,
    showBegun: booking.startsAt <= booking.now,
    windowOver: !wasPaying && cancellableUntil(booking, room.limits) < booking.now,
  })
  switch (step.do) {
    case 'nothing':
      return 'done'
    case 'refuse':
      throw new NotCancellable(booking.standing.state, step.why)
    case 'end':
      await giveUp(room, booking, {
        ...{ to: 'CANCELLED', payment: booking.charge && 'CANCELLED' },
        ...told(request, 'before paying'),
      })
      return 'done'
    case 'undo': {
      const seats = await seatsToUndo(room, booking, request)
      if (seats.length > 0) await undoSale(room, booking, { seats, ...told(request) })
      return 'done'
    }
    case 'ask_gateway':
      return await cancelAtGateway(room, booking, request)
  }
}

/** Those that still stand: a repeat finds none. */
async function seatsToUndo({ pool }: Room, { id, seats }: BookingRow, wish: Request): Promise<number[]> {
  if (wish.seats === undefined) return seats
  const wanted = new Set(wish.seats)
  const { rows } = await pool.query<{ seat_no: number }>({
    name: 'lines_of',
    text: 'SELECT seat_no FROM booking_line WHERE booking_id = $1 AND seat_no = ANY ($2)',
    values: [id, [...wanted]],
  })
  if (rows.length !== wanted.size) throw new SeatsNotBooked()
  return seats.filter((seatNo) => wanted.has(seatNo))
}

function told(request: Request, when = ''): { reason: string; by?: string } {
  const end = when && ` ${when}`
  if ('buyerId' in request) return { reason: `cancelled by the buyer${end}` }
  return { reason: `cancelled by the organiser${end}: ${request.reason}`, by: request.by }
}

async function cancelAtGateway(room: Room, booking: BookingRow, request: Request): Promise<'done' | 'again'> {
  const outcome = await callGateway(room, booking, 'cancel')
  await room.faultPoint('cancel: gateway answered')
  switch (outcome.tag) {
    case 'cancelled':
      await giveUp(room, booking, {
        ...{ to: 'CANCELLED', payment: 'CANCELLED' },
        ...told(request, 'while paying'),
      })
      return 'done'
    case 'declined':
      await giveUp(room, booking, {
        ...{ to: 'FAILED', payment: 'DECLINED', failure: 'declined' },
        reason: `declined: ${outcome.code}`,
      })
      return 'done'
    case 'succeeded':
      await sellSeats(room, booking, 'paid before it could be cancelled')
      return 'again'
    default:
      throw new PaymentUndecided(new Error(`cancel: ${outcome.tag}`))
  }
}
