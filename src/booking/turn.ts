/** A turn: this process attends a booking and carries it on behind whatever was answered. Bounded, one per booking. */
import { attend, attendDue, type Lease, leave } from './attend.ts'
import { isAway } from './away.ts'
import { carryOn } from './carry-on.ts'
import { BookingsAway } from './refusals.ts'
import type { Room } from './room.ts'

export function requireFreeTurn(room: Room): void {
  if (room.isClosing() || room.turns.size >= room.limits.turnsMax) throw new BookingsAway()
}

export function startTurn(room: Room, lease: Lease): Promise<void> {
  const turn = carryOn(room, lease)
    .catch((error: unknown) => turnFailed(room, lease, error))
    .finally(() => {
      // A turn that lost its lease may have been followed by another.
      if (room.turns.get(lease.bookingId) === turn) room.turns.delete(lease.bookingId)
    })
  room.turns.set(lease.bookingId, turn)
  return turn
}

/** Carries one booking on if it is due and nobody attends it. */
export async function startTurnIfDue(room: Room, bookingId: string): Promise<void> {
  if (room.isClosing() || room.turns.size >= room.limits.turnsMax) return
  const lease = await attend(room.pool, bookingId, room.limits.attendMs)
  if (lease) void startTurn(room, lease)
}

/** Carries on what is due, as far as there is room for it. */
export async function startDueTurns(room: Room): Promise<Promise<void>[]> {
  const free = Math.min(room.limits.turnsMax - room.turns.size, room.limits.watchBookingsMax)
  if (room.isClosing() || free <= 0) return []
  const leases = await attendDue(room.pool, room.limits.attendMs, free)
  return leases.map((lease) => startTurn(room, lease))
}

async function turnFailed(room: Room, lease: Lease, error: unknown): Promise<void> {
  const { bookingId } = lease
  // PostgreSQL is away: the lease runs out, and whoever is there then carries on.
  if (isAway(error)) return room.log.warn({ bookingId, error }, 'A booking could not be carried on for now')
  room.log.error({ bookingId, error }, 'Carrying a booking on met a fault; it is tried again later')
  await leave(room.pool, lease, room.limits.faultPauseMs).catch(() => {})
}
