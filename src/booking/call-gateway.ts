/**
 * Calls to the gateway for a booking: never inside a transaction, each with its own key made of the stored one.
 *
 * What may be repeated is decided here. A call that never left us may be made again. `open`, `look` and `cancel` may be
 * made again in any case. `confirm` may not: once it may have been heard, repeating it would be a charge.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { GatewayAway, GatewayRefused, GatewayShut, GatewayUnknown, type Intent } from '../payment/index.ts'
import { keepAttending, type Lease } from './attend.ts'
import type { BookingRow, Charge } from './booking-row.ts'
import type { Call, Heard } from './decide.ts'
import { openMethod } from './payment-method.ts'
import type { Room } from './room.ts'

/** `lease` is renewed before every attempt; an attempt whose lease is lost is not made. */
export async function callGateway(
  room: Room,
  booking: BookingRow,
  call: Call,
  lease?: Lease,
): Promise<Heard['outcome']> {
  let outcome = await attempt(room, booking, call)
  for (const delayMs of room.limits.gatewayRetryDelaysMs) {
    if (!mayRepeat(call, outcome) || room.isClosing()) return told(outcome)
    await pause(delayMs)
    if (lease && !(await keepAttending(room.pool, lease, room.limits.attendMs))) return told(outcome)
    outcome = await attempt(room, booking, call)
  }
  return told(outcome)
}

/** `shut`: it was not even tried, because the gateway is known to be away. */
type Attempted = Heard['outcome'] | { tag: 'shut' }

const told = (outcome: Attempted): Heard['outcome'] => (outcome.tag === 'shut' ? { tag: 'away' } : outcome)

function mayRepeat(call: Call, outcome: Attempted): boolean {
  if (outcome.tag === 'away') return true
  return outcome.tag === 'unknown' && call === 'open'
}

async function attempt(room: Room, booking: BookingRow, call: Call): Promise<Attempted> {
  const charge = chargeOf(room, booking)
  try {
    const { intentId, outcome } = await send(room, booking, charge, call)
    if (outcome.tag === 'succeeded' && outcome.amountMinor !== charge.amountMinor) {
      room.log.error(
        { bookingId: booking.id, intentId, captured: outcome.amountMinor, expected: charge.amountMinor },
        'The gateway took another amount than it was asked for',
      )
      return { tag: 'refused', code: 'amount_differs' }
    }
    return { intentId, ...outcome }
  } catch (error) {
    if (error instanceof GatewayShut) return { tag: 'shut' }
    if (error instanceof GatewayAway) return { tag: 'away' }
    if (error instanceof GatewayUnknown) return { tag: 'unknown' }
    if (!(error instanceof GatewayRefused)) throw error
    room.log.warn({ bookingId: booking.id, call, error }, 'The gateway refused a call')
    return { tag: 'refused', code: error.gatewayCode.replace(/[^\w-]/g, '').slice(0, 60) }
  }
}

function send(room: Room, booking: BookingRow, charge: Charge, call: Call): Promise<Intent> {
  const { gateway, limits } = room
  const key = `${charge.gatewayKey}:${call}`
  const bounds = { timeoutMs: limits.gatewayTimeoutMs }
  if (call === 'open') {
    const { amountMinor, currency } = charge
    return gateway.open({ key, bookingId: booking.id, amountMinor, currency }, bounds)
  }
  const intentId = intentOf(booking.id, charge)
  switch (call) {
    case 'confirm': {
      const { returnUrl } = charge
      const method = openMethod(room, charge)
      return gateway.confirm(intentId, { key, method, ...(returnUrl && { returnUrl }) }, bounds)
    }
    case 'look':
      return gateway.look(intentId, bounds)
    case 'cancel':
      return gateway.cancel(intentId, { key }, bounds)
  }
}

function chargeOf({ gateway }: Room, { id, charge }: BookingRow): Charge {
  if (!charge) throw new Error(`Booking ${id} has nothing to charge`)
  if (charge.gateway !== gateway.name)
    throw new Error(`Booking ${id} is paid through ${charge.gateway}, and this process has ${gateway.name}`)
  return charge
}

function intentOf(id: string, { intentId }: Charge): string {
  if (intentId === null) throw new Error(`Booking ${id} has no intent yet`)
  return intentId
}
