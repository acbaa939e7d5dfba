/**
 * What a payment network tells on its own account. A notice is a hint to look and never the truth: it may come twice,
 * out of order, days late or not at all. So hearing one moves nothing by itself; it only makes the next look come now.
 */
import type { GatewayNotice } from '../payment/index.ts'
import { checkRefund } from './failed-refund.ts'
import { lookAtEnded } from './look-at-ended.ts'
import type { Room } from './room.ts'
import { startDueTurns } from './turn.ts'

export async function hearNotice(room: Room, notice: GatewayNotice): Promise<void> {
  if (notice.kind === 'dispute') return await noteDispute(room, notice)
  if (notice.intentId === null) return
  if (notice.kind === 'refund' && notice.key !== null)
    await checkRefund(room, { key: notice.key, intentId: notice.intentId })
  const { rows } = await room.pool.query<{ id: string; ended: boolean; isPaid: boolean }>({
    name: 'hear_notice',
    text: `UPDATE booking b SET next_look_at = CASE WHEN b.next_look_at IS NULL THEN NULL ELSE now() END
             FROM payment p
            WHERE p.booking_id = b.id AND p.intent_id = $1 AND p.gateway = $2
            RETURNING b.id, b.next_look_at IS NULL AS ended, p.state = 'SUCCEEDED' AS "isPaid"`,
    values: [notice.intentId, room.gateway.name],
  })
  const [booking] = rows
  // An intent of nobody here: another shop may share the account.
  if (!booking) return
  // What waits is looked at by whoever is free; what has ended is looked at once more, because money may have come.
  // Of money that is written down, a look tells nothing new.
  if (!booking.ended) await startDueTurns(room)
  else if (!booking.isPaid) await lookAtEnded(room, booking.id)
}

/** The last word of a dispute stays, in whatever order its notices come: a closed one is not opened again. */
async function noteDispute(
  { pool, gateway, log }: Room,
  { disputeId, intentId, event, status, reason }: Extract<GatewayNotice, { kind: 'dispute' }>,
): Promise<void> {
  const closed = event === 'closed'
  const { rowCount } = await pool.query(
    `INSERT INTO dispute AS old (id, gateway, intent_id, status, reason, closed) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (gateway, id) DO UPDATE
       SET status = excluded.status, reason = excluded.reason, closed = excluded.closed, updated_at = now()
     WHERE excluded.closed AND NOT old.closed`,
    [disputeId, gateway.name, intentId, status, reason, closed],
  )
  if (rowCount)
    log.error({ disputeId, intentId, status, reason }, 'A payment is disputed: a person must answer')
}
