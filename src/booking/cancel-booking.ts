/**
 * cancelBooking: the buyer gives a booking back. While money may be on its way, the gateway is asked to cancel first,
 * and the seats go back only after it said so. If it says that the money has moved, the booking is sold and then undone
 * like any paid one, so that its history shows both and the money goes back by a refund. Safe to repeat.
 */
import { CommitUnknown } from '../platform/transaction.ts'
import { orBookingsAway } from './away.ts'
import { type BookingRow, readBooking } from './booking-row.ts'
import { callGateway } from './call-gateway.ts'
import { decideCancel } from './decide.ts'
import { Moved } from './moves.ts'
import { BookingNotFound, BookingsAway, NotCancellable, PaymentUndecided } from './refusals.ts'
import type { Room } from './room.ts'
import { giveUp, sellSeats, undoSale } from './settle-booking.ts'

export interface CancelBooking {
  bookingId: string
  buyerId: string
}

export async function cancelBooking(room: Room, request: CancelBooking): Promise<string> {
  await orBookingsAway(async () => {
    for (let steps = 0; steps < room.limits.stepsPerTurnMax; steps++) {
      const booking = await readBooking(room.pool, request.bookingId)
      if (!booking || booking.buyerId !== request.buyerId) throw new BookingNotFound()
      try {
        if ((await oneStep(room, booking)) === 'done') return
      } catch (error) {
        // Another process moved it, or nobody knows whether this one did: the rows do.
        if (!(error instanceof Moved || error instanceof CommitUnknown)) throw error
      }
    }
    throw new BookingsAway(new Error(`Booking ${request.bookingId} kept moving while it was to be cancelled`))
  })
  return request.bookingId
}

async function oneStep(room: Room, booking: BookingRow): Promise<'done' | 'again'> {
  const step = decideCancel(booking.standing, booking.showBegun)
  switch (step.do) {
    case 'nothing':
      return 'done'
    case 'refuse':
      throw new NotCancellable(booking.standing.state, booking.showBegun)
    case 'end':
      await giveUp(room, booking, {
        to: 'CANCELLED',
        payment: booking.charge && 'CANCELLED',
        reason: 'cancelled by the buyer before paying',
      })
      return 'done'
    case 'undo':
      await undoSale(room, booking)
      return 'done'
    case 'ask_gateway':
      return await cancelAtGateway(room, booking)
  }
}

async function cancelAtGateway(room: Room, booking: BookingRow): Promise<'done' | 'again'> {
  const outcome = await callGateway(room, booking, 'cancel')
  await room.faultPoint('cancel: gateway answered')
  switch (outcome.tag) {
    case 'cancelled':
      await giveUp(room, booking, {
        to: 'CANCELLED',
        payment: 'CANCELLED',
        reason: 'cancelled by the buyer while paying',
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
