/**
 * The word of a person on a booking that NEEDS_OPERATOR. The gateway is asked once more, and what it tells goes before
 * what the person says: their word counts only where the gateway tells nothing. Seats go back only after the intent was
 * cancelled there, or when it still cannot be reached and the person takes that on.
 */
import { attend, attendEnded } from './attend.ts'
import { orBookingsAway } from './away.ts'
import { type BookingRow, readBooking } from './booking-row.ts'
import type { BookingState } from './booking-state.ts'
import { callGateway } from './call-gateway.ts'
import { BookingNotFound, GatewayDisagrees, NothingToResolve } from './refusals.ts'
import type { Room } from './room.ts'
import { giveUp, sellSeats } from './settle-booking.ts'
import { startTurn } from './turn.ts'

export interface ResolveBooking {
  bookingId: string
  /** What the person found in the provider's own books. */
  paid: boolean
  /** Who says so, and how they know: both stay in the history. */
  by: string
  reason: string
}

/** The state it came to. `told`: the gateway had the answer after all. */
export async function resolveBooking(
  room: Room,
  request: ResolveBooking,
): Promise<{ state: BookingState; told: boolean }> {
  return await orBookingsAway(async () => {
    await requireWaiting(room, request.bookingId)
    await lookNow(room, request.bookingId)
    const booking = await readBooking(room.pool, request.bookingId)
    if (!booking) throw new BookingNotFound()
    const { state } = booking.standing
    if (state !== 'NEEDS_OPERATOR') {
      requireAgreement(state, request.paid)
      return { state, told: true }
    }
    const reason = `${request.by} says that it is ${request.paid ? 'paid' : 'not paid'}: ${request.reason}`
    if (request.paid) await sellSeats(room, booking, reason)
    else await end(room, booking, request, reason)
    return { state: (await readBooking(room.pool, booking.id))?.standing.state ?? state, told: false }
  })
}

async function requireWaiting({ pool }: Room, bookingId: string): Promise<void> {
  const booking = await readBooking(pool, bookingId)
  if (!booking) throw new BookingNotFound()
  if (booking.standing.state !== 'NEEDS_OPERATOR') throw new NothingToResolve(booking.standing.state)
}

/** One turn now, whenever the next look was due. Another process that is at it does the same. */
async function lookNow(room: Room, bookingId: string): Promise<void> {
  await room.pool.query(
    `UPDATE booking SET next_look_at = now() WHERE id = $1 AND next_look_at IS NOT NULL`,
    [bookingId],
  )
  const { attendMs } = room.limits
  const lease =
    (await attend(room.pool, bookingId, attendMs)) ?? (await attendEnded(room.pool, bookingId, attendMs))
  await (lease ? startTurn(room, lease) : room.turns.get(bookingId))
}

async function end(room: Room, booking: BookingRow, { by }: ResolveBooking, reason: string): Promise<void> {
  const { tag } = await callGateway(room, booking, 'cancel')
  if (tag === 'succeeded' || tag === 'processing') throw new GatewayDisagrees(tag)
  await giveUp(room, booking, { to: 'FAILED', payment: 'CANCELLED', failure: 'not_charged', reason, by })
}

function requireAgreement(state: BookingState, paid: boolean): void {
  if ((state === 'CONFIRMED') !== paid) throw new GatewayDisagrees(state)
}
