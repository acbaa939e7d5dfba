/**
 * Writes down that money is owed back: once for each line, whoever finds it out, in the commit that makes it so. Never
 * more than was taken: the table itself counts, under the lock of the payment's row. The process that committed it pays
 * it at once (pay-refunds.ts); the watch leaves it to that process for a while.
 */
import { keyedUuid } from '../platform/ids.ts'
import type { Tx } from '../platform/transaction.ts'
import type { BookingRow } from './booking-row.ts'
import type { Room } from './room.ts'

export interface OweRefund {
  /** What it is for, so that a second attempt to owe the same money meets the first one's row. */
  of: 'whole' | number[]
  amountMinor: number
  reason: string
  /** Nobody pays it before. */
  inMs?: number
}

/** Where nothing was charged, nothing is owed. */
export async function oweRefund(
  { idSecret, limits }: Pick<Room, 'idSecret' | 'limits'>,
  tx: Tx,
  { id: bookingId, charge }: BookingRow,
  { of, amountMinor, reason, inMs = limits.attendMs }: OweRefund,
): Promise<void> {
  if (!charge || amountMinor === 0) return
  const id = refundIdOf(idSecret, bookingId, of)
  await tx.query({
    name: 'owe_refund',
    text: `WITH owed AS (
             INSERT INTO refund (id, booking_id, payment_id, state, gateway_key, amount_minor, currency, reason,
                                 next_try_at)
             VALUES ($1, $2, $3, 'OWED', $4, $5, $6, $7, now() + $8 * interval '1 ms')
             ON CONFLICT (id) DO NOTHING RETURNING id
           )
           INSERT INTO refund_change (refund_id, to_state, reason) SELECT id, 'OWED', $7 FROM owed`,
    values: [id, bookingId, charge.paymentId, `refund_${id}`, amountMinor, charge.currency, reason, inMs],
  })
}

const refundIdOf = (idSecret: string | Buffer, bookingId: string, of: OweRefund['of']): string =>
  keyedUuid(idSecret, 'refund', bookingId, of === 'whole' ? of : [...of].sort((a, b) => a - b).join())
