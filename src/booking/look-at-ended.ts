/**
 * A look at the payment of a booking that has ended, because the network told that something became of it. Nothing in the
 * rows remembers that it was told, so the look is waited for: when it told nothing, or what it told could not be written
 * down, an outage is thrown, the network's delivery is not acknowledged, and it tells again.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { attendEnded, type Lease, letGo } from './attend.ts'
import { readBooking } from './booking-row.ts'
import { carryOn, lookOnce } from './carry-on.ts'
import { BookingsAway } from './refusals.ts'
import type { Room } from './room.ts'
import { requireFreeTurn } from './turn.ts'

export async function lookAtEnded(room: Room, bookingId: string): Promise<void> {
  requireFreeTurn(room)
  const lease = await attendNext(room, bookingId)
  try {
    await look(room, lease)
  } finally {
    await letGo(room.pool, lease)
  }
}

/** Whoever looks already may have looked before it happened, so their look is waited for and not taken for this one. */
async function attendNext(room: Room, bookingId: string): Promise<Lease> {
  const untilMs = room.nowMs() + room.limits.answerMsMax
  for (;;) {
    const lease = await attendEnded(room.pool, bookingId, room.limits.attendMs)
    if (lease) return lease
    if (room.isClosing() || room.nowMs() >= untilMs) throw new BookingsAway()
    await pause(room.limits.pollEveryMs)
  }
}

async function look(room: Room, lease: Lease): Promise<void> {
  const heard = await lookOnce(room, lease)
  if (!heard) return
  const { tag } = heard.outcome
  if (tag === 'unknown' || tag === 'away') throw new BookingsAway(new Error(`look: ${tag}`))
  await carryOn(room, lease, heard)
  if (tag !== 'succeeded') return
  const booking = await readBooking(room.pool, lease.bookingId)
  if (booking?.standing.payment?.state !== 'SUCCEEDED')
    throw new BookingsAway(new Error('What the gateway took could not be written down'))
}
