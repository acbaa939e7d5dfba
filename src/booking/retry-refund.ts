/**
 * A refund that needs a person is owed again, after they have mended what kept the gateway from paying it. Only while the
 * gateway surely remembers its key: with a forgotten key a refund whose answer was lost would be paid twice.
 */
import { requireRefundMove } from '../payment/index.ts'
import type { Pool } from '../platform/postgres.ts'
import { bookingLimits } from './booking-limits.ts'
import { NoRefundToRetry } from './refusals.ts'

export interface RetryRefund {
  refundId: string
  by: string
  reason: string
}

export async function retryRefund(pool: Pool, { refundId, by, reason }: RetryRefund): Promise<void> {
  requireRefundMove('NEEDS_OPERATOR', 'OWED')
  const { rowCount } = await pool.query(
    `WITH moved AS (
       UPDATE refund SET state = 'OWED', next_try_at = now(), updated_at = now()
        WHERE id = $1 AND state = 'NEEDS_OPERATOR' AND created_at > now() - $3 * interval '1 ms' RETURNING id
     )
     INSERT INTO refund_change (refund_id, from_state, to_state, reason)
     SELECT id, 'NEEDS_OPERATOR', 'OWED', $2 FROM moved`,
    [refundId, `${by}: ${reason}`, bookingLimits.refundMsMax],
  )
  if (rowCount !== 1) throw new NoRefundToRetry()
}
