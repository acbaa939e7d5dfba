/**
 * Carries a booking on from wherever it stands, until there is nothing to do or something to wait for. It remembers
 * nothing that is not in the rows, so any process can go on where another died:
 *
 *   read where it stands -> decide (pure) -> either call the gateway, and read again, or commit one step, and read again
 *
 * Before `confirm` is sent, the time of sending is committed; whoever finds that time looks and does not confirm. An
 * answer is never thrown away: a turn that lost its lease while it waited still commits what it heard, because every
 * commit names the state it expects.
 */
import { CommitUnknown, inTransaction } from '../platform/transaction.ts'
import { keepAttending, type Lease, leave, letGo } from './attend.ts'
import { type BookingRow, readBooking } from './booking-row.ts'
import type { BookingState } from './booking-state.ts'
import { callGateway } from './call-gateway.ts'
import { type Call, decide, type Heard, type Step } from './decide.ts'
import { settleLateSuccess } from './late-success.ts'
import { Moved, movePayment, resumeAndMark, unsendConfirm } from './moves.ts'
import type { Room } from './room.ts'
import { giveUp, sellSeats } from './settle-booking.ts'
import { keepWaiting } from './wait-for-outcome.ts'

/** `told`: what the gateway was heard to say before, also of a booking that waits for nothing. */
export async function carryOn(room: Room, lease: Lease, told: Heard | null = null): Promise<void> {
  const { limits } = room
  let heard = told
  for (let steps = 0; steps < limits.stepsPerTurnMax; steps++) {
    const booking = await readBooking(room.pool, lease.bookingId)
    const mine = booking !== null && (await isMine(room, lease, booking))
    if (!booking || !(mine || heard)) return
    const step = decide(booking.standing, heard, booking.now, limits)
    heard = null
    if (step.do === 'rest') return await letGo(room.pool, lease)
    if (step.do === 'wait') return await leave(room.pool, lease, step.lookInMs)
    if (step.do === 'call') {
      if (!mine) return
      if (room.isClosing()) return await leave(room.pool, lease, 0)
      heard = await call(room, lease, booking, step.call)
      continue
    }
    try {
      await commit(room, booking, step)
      // Every other step ends the turn: the booking rests, or waits for whoever looks next.
      if (step.do !== 'note_intent') return
    } catch (error) {
      // Another process was faster, or nobody knows whether this one was: the rows do.
      if (!(error instanceof Moved || error instanceof CommitUnknown)) throw error
    }
  }
  throw new Error(`Booking ${lease.bookingId} did not come to rest in ${limits.stepsPerTurnMax} steps`)
}

/** Whether the lease still holds, and long enough for a call. It is renewed only when some of it has passed. */
async function isMine({ pool, limits }: Room, lease: Lease, booking: BookingRow): Promise<boolean> {
  if (booking.attendedUntil?.getTime() !== lease.until.getTime()) return false
  const leftMs = lease.until.getTime() - booking.now.getTime()
  if (leftMs > limits.attendMs - limits.renewAfterMs) return true
  return await keepAttending(pool, lease, limits.attendMs)
}

/** Null where there is no intent to look at. */
export async function lookOnce(room: Room, lease: Lease): Promise<Heard | null> {
  const booking = await readBooking(room.pool, lease.bookingId)
  return booking?.charge?.intentId ? await call(room, lease, booking, 'look') : null
}

async function call(room: Room, lease: Lease, booking: BookingRow, kind: Call): Promise<Heard | null> {
  if (kind === 'confirm') {
    if (!(await markConfirmSent(room, booking))) return null
    await room.faultPoint('booking: confirm marked')
  }
  const outcome = await callGateway(room, booking, kind, lease)
  await room.faultPoint(`booking: ${kind} answered`)
  return { call: kind, outcome }
}

/**
 * The one guard against charging twice: of all who want to confirm, one moves the payment from OPENED to CONFIRMING,
 * and only who knows that it was they may send. False: it was somebody else, or it is not known.
 */
async function markConfirmSent(room: Room, booking: BookingRow): Promise<boolean> {
  try {
    await inTransaction(room.pool, (tx) => resumeAndMark(tx, booking))
    if (booking.standing.state === 'PAYMENT_QUEUED') tellMove(room, booking, 'PENDING')
    return true
  } catch (error) {
    if (error instanceof Moved || error instanceof CommitUnknown) return false
    throw error
  }
}

async function commit(
  room: Room,
  booking: BookingRow,
  step: Exclude<Step, { do: 'call' | 'wait' | 'rest' }>,
): Promise<void> {
  switch (step.do) {
    case 'note_intent':
      await inTransaction(room.pool, (tx) => movePayment(tx, booking, 'OPENED', { intentId: step.intentId }))
      return await room.faultPoint('booking: intent noted')
    case 'unsend':
      await inTransaction(room.pool, (tx) => unsendConfirm(tx, booking, step.lookInMs))
      return tellMove(room, booking, 'PAYMENT_QUEUED')
    case 'keep_waiting':
      return await keepWaiting(room, booking, step)
    case 'sell':
      return await sellSeats(room, booking, step.reason)
    case 'give_up':
      return await giveUp(room, booking, { to: 'FAILED', ...step })
    case 'owe_refund':
      return await settleLateSuccess(room, booking)
  }
}

function tellMove(room: Room, { id }: BookingRow, to: BookingState): void {
  room.events.moved(to)
  room.events.changed(id)
}
