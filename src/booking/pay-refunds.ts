/**
 * Pays what is owed back, with the refund's own stored key, again and again until the gateway has confirmed it. A key
 * pays once, so a try whose answer was lost is simply made again.
 */
import {
  decideRefund,
  GatewayAway,
  GatewayRefused,
  GatewayUnknown,
  type RefundAnswer,
  requireRefundMove,
} from '../payment/index.ts'
import type { Room } from './room.ts'

interface DueRefund {
  id: string
  booking_id: string
  gateway_key: string
  amount_minor: number
  intent_id: string
  age_ms: number
}

/** One round over what is due, leased by its next try, so that processes do not share it. */
export async function payDueRefunds(room: Room): Promise<void> {
  await pay(room, 'due_refunds', 'next_try_at <= now() ORDER BY next_try_at', room.limits.watchRefundsMax)
}

/** Tries at once what a booking is owed. Whatever goes wrong is tried again by the watch. */
export async function payRefundsOf(room: Room, bookingId: string): Promise<void> {
  try {
    await pay(room, 'refunds_of', 'booking_id = $4 ORDER BY id', room.limits.watchRefundsMax, bookingId)
  } catch (error) {
    room.log.warn({ bookingId, error }, 'A refund is paid later')
  }
}

async function pay(room: Room, name: string, which: string, max: number, ...ids: string[]): Promise<void> {
  const { rows } = await room.pool.query<DueRefund>({
    name,
    text: `UPDATE refund r SET next_try_at = now() + $1 * interval '1 ms', tries = tries + 1
             FROM payment p
            WHERE p.id = r.payment_id
              AND r.id IN (SELECT id FROM refund d
                            WHERE state = 'OWED'
                              AND EXISTS (SELECT FROM payment q WHERE q.id = d.payment_id AND q.gateway = $3)
                              AND ${which}
                            LIMIT $2 FOR UPDATE SKIP LOCKED)
           RETURNING r.id, r.booking_id, r.gateway_key, r.amount_minor, p.intent_id,
                     (extract(epoch FROM now() - r.created_at) * 1000)::float8 AS age_ms`,
    // What was paid through another gateway waits for a process that has it.
    values: [room.limits.attendMs, max, room.gateway.name, ...ids],
  })
  await Promise.all(rows.map((refund) => payRefund(room, refund)))
}

async function payRefund(room: Room, refund: DueRefund): Promise<void> {
  const answer = await askGateway(room, refund)
  await room.faultPoint('refund: answered')
  const step = decideRefund(answer, refund.age_ms, room.limits)
  if (step.to === 'OWED') return await tryLater(room, refund.id, step.tryInMs)
  requireRefundMove('OWED', step.to)
  const { rowCount } = await room.pool.query({
    name: 'move_refund',
    text: `WITH moved AS (
             UPDATE refund SET state = $2, next_try_at = NULL, updated_at = now()
              WHERE id = $1 AND state = 'OWED' RETURNING id
           )
           INSERT INTO refund_change (refund_id, from_state, to_state, reason) SELECT id, 'OWED', $2, $3 FROM moved`,
    values: [refund.id, step.to, step.to === 'SUCCEEDED' ? 'paid by the gateway' : `the gateway: ${answer}`],
  })
  if (rowCount !== 1) return
  room.events.changed(refund.booking_id)
  room.events.refund(step.to === 'SUCCEEDED' ? 'paid' : 'needs_operator')
  if (step.to === 'NEEDS_OPERATOR') {
    room.log.error(
      { refundId: refund.id, bookingId: refund.booking_id },
      'A refund needs an operator: the gateway does not pay it',
    )
  }
}

async function tryLater({ pool }: Room, refundId: string, tryInMs: number): Promise<void> {
  await pool.query({
    name: 'try_refund_later',
    text: `UPDATE refund SET next_try_at = now() + $2 * interval '1 ms' WHERE id = $1 AND state = 'OWED'`,
    values: [refundId, tryInMs],
  })
}

async function askGateway({ gateway, limits, log }: Room, refund: DueRefund): Promise<RefundAnswer> {
  try {
    const request = { key: refund.gateway_key, amountMinor: refund.amount_minor }
    await gateway.refund(refund.intent_id, request, { timeoutMs: limits.gatewayTimeoutMs })
    return 'paid'
  } catch (error) {
    if (error instanceof GatewayAway || error instanceof GatewayUnknown) return 'unanswered'
    if (!(error instanceof GatewayRefused)) throw error
    log.warn({ refundId: refund.id, bookingId: refund.booking_id, error }, 'The gateway refused a refund')
    return 'refused'
  }
}
