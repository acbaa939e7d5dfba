/**
 * A refund that the gateway accepted may fail days later, at the buyer's bank. A notice says that something became of it;
 * a look tells whether less has gone back than was paid, and whether it was this refund: notices come in any order, and
 * another refund of the payment may be the one that failed. Then a person must find another way.
 */
import { requireRefundMove } from '../payment/index.ts'
import type { Room } from './room.ts'

export async function checkRefund(
  room: Room,
  { key, intentId }: { key: string; intentId: string },
): Promise<void> {
  const { pool, gateway, limits, log } = room
  const { rows } = await pool.query<{ id: string; booking_id: string; paid_back: number }>(
    `SELECT r.id, r.booking_id,
            (SELECT sum(amount_minor)::int FROM refund WHERE payment_id = p.id AND state = 'SUCCEEDED') AS paid_back
       FROM refund r JOIN payment p ON p.id = r.payment_id
      WHERE r.gateway_key = $1 AND p.gateway = $2 AND p.intent_id = $3 AND r.state = 'SUCCEEDED'`,
    [key, gateway.name, intentId],
  )
  const [refund] = rows
  if (!refund) return
  const { outcome } = await gateway.look(intentId, { timeoutMs: limits.gatewayTimeoutMs })
  if (outcome.tag !== 'succeeded' || outcome.refundedMinor >= refund.paid_back) return
  if (outcome.failedRefundKeys && !outcome.failedRefundKeys.includes(key)) return
  requireRefundMove('SUCCEEDED', 'NEEDS_OPERATOR')
  const { rowCount } = await pool.query(
    `WITH moved AS (
       UPDATE refund SET state = 'NEEDS_OPERATOR', updated_at = now() WHERE id = $1 AND state = 'SUCCEEDED' RETURNING id
     )
     INSERT INTO refund_change (refund_id, from_state, to_state, reason)
     SELECT id, 'SUCCEEDED', 'NEEDS_OPERATOR', 'it failed after the gateway had accepted it' FROM moved`,
    [refund.id],
  )
  if (rowCount !== 1) return
  room.events.changed(refund.booking_id)
  room.events.refund('needs_operator')
  log.error(
    { refundId: refund.id, bookingId: refund.booking_id },
    'A refund needs an operator: it failed after the gateway had accepted it',
  )
}
