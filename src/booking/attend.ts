/**
 * Who attends a booking: a lease in its row, `attended_until`, by PostgreSQL's clock. It keeps processes from doing the
 * same work at once, and lets any of them carry on when one has died. It is a courtesy: what must not happen twice is
 * guarded by the states themselves. The lease's own value tells whose it is, because nobody can set it again before it
 * has passed.
 */
import type { Pool } from '../platform/postgres.ts'

export interface Lease {
  bookingId: string
  until: Date
}

interface LeaseColumns {
  id: string
  attended_until: Date
}

/** Takes bookings that are due and that nobody attends, at most `max`, the longest due first. */
export async function attendDue(pool: Pool, attendMs: number, max: number): Promise<Lease[]> {
  const { rows } = await pool.query<LeaseColumns>({
    name: 'attend_due',
    text: `UPDATE booking SET attended_until = now() + $1 * interval '1 ms'
            WHERE id IN (SELECT id FROM booking
                          WHERE next_look_at <= now() AND (attended_until IS NULL OR attended_until <= now())
                          ORDER BY next_look_at LIMIT $2 FOR UPDATE SKIP LOCKED)
            RETURNING id, attended_until`,
    values: [attendMs, max],
  })
  return rows.map((row) => ({ bookingId: row.id, until: row.attended_until }))
}

/** The same for one booking; null when it is not due, or somebody attends it. */
export async function attend(pool: Pool, bookingId: string, attendMs: number): Promise<Lease | null> {
  const { rows } = await pool.query<LeaseColumns>({
    name: 'attend',
    text: `UPDATE booking SET attended_until = now() + $2 * interval '1 ms'
            WHERE id = $1 AND next_look_at <= now() AND (attended_until IS NULL OR attended_until <= now())
            RETURNING id, attended_until`,
    values: [bookingId, attendMs],
  })
  return rows[0] ? { bookingId, until: rows[0].attended_until } : null
}

/** The same for a booking that is due for nothing any more. */
export async function attendEnded(pool: Pool, bookingId: string, attendMs: number): Promise<Lease | null> {
  const { rows } = await pool.query<LeaseColumns>({
    name: 'attend_ended',
    text: `UPDATE booking SET attended_until = now() + $2 * interval '1 ms'
            WHERE id = $1 AND next_look_at IS NULL AND (attended_until IS NULL OR attended_until <= now())
            RETURNING id, attended_until`,
    values: [bookingId, attendMs],
  })
  return rows[0] ? { bookingId, until: rows[0].attended_until } : null
}

/** A sign of life. False: the lease is lost, and somebody else may be at it. */
export async function keepAttending(pool: Pool, lease: Lease, attendMs: number): Promise<boolean> {
  const { rows } = await pool.query<LeaseColumns>({
    name: 'keep_attending',
    text: `UPDATE booking SET attended_until = now() + $3 * interval '1 ms'
            WHERE id = $1 AND attended_until = $2 RETURNING id, attended_until`,
    values: [lease.bookingId, lease.until, attendMs],
  })
  if (!rows[0]) return false
  lease.until = rows[0].attended_until
  return true
}

/** The end of attending a booking that waits for nothing: who is told of it next can attend it at once. */
export async function letGo(pool: Pool, lease: Lease): Promise<void> {
  await pool.query({
    name: 'let_go',
    text: 'UPDATE booking SET attended_until = NULL WHERE id = $1 AND attended_until = $2',
    values: [lease.bookingId, lease.until],
  })
}

/** Leaves the booking to whoever looks next. Does nothing when the lease is lost. */
export async function leave(pool: Pool, lease: Lease, lookInMs: number): Promise<void> {
  await pool.query({
    name: 'leave',
    text: `UPDATE booking SET attended_until = NULL, next_look_at = now() + $3 * interval '1 ms'
            WHERE id = $1 AND attended_until = $2`,
    values: [lease.bookingId, lease.until, lookInMs],
  })
}
