/**
 * Every promise is broken by hand, one at a time, and the audit must name the check that guards it, and only that one.
 * A checker that cannot fail proves nothing.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type AuditWorld, auditWorld, broken, type History, told } from './audit-world.ts'

let world: AuditWorld
let made: History

beforeAll(async () => {
  world = await auditWorld()
  // What the database itself would refuse is broken too: the audit must not lean on it.
  await world.query('DROP INDEX ticket_one_valid_per_seat')
  await world.query('ALTER TABLE seat_claim DROP CONSTRAINT seat_claim_owner_check')
})
beforeEach(async () => {
  made = await world.history()
  expect(broken(await world.audit({ gateway: world.gateway }))).toEqual([])
})
afterEach(() => world.forget())
afterAll(() => world.close())

const nobody = '00000000-0000-4000-8000-00000000dead'

interface Break {
  by: string
  sql: string
  values: (made: History) => unknown[]
  names: string
  /** A part of the sentence of the finding. */
  says: string
}

const breaks: Break[] = [
  {
    by: 'a refund that is a euro short',
    sql: 'UPDATE refund SET amount_minor = amount_minor - 100 WHERE booking_id = $1',
    values: ({ cancelled }) => [cancelled],
    names: 'money_equals_lines',
    says: '€25.00 captured and €24.00 refunded or owed',
  },
  {
    by: 'a refund of a booking that keeps its tickets',
    sql: `INSERT INTO refund (id, booking_id, payment_id, state, gateway_key, amount_minor, currency, reason)
          SELECT $2, booking_id, id, 'SUCCEEDED', 'k', 100, 'EUR', 'by hand' FROM payment WHERE booking_id = $1`,
    values: ({ confirmed }) => [confirmed, nobody],
    names: 'money_equals_lines',
    says: '€50.00 kept for its order lines',
  },
  {
    by: 'a cancelled booking whose refund is lost',
    sql: 'DELETE FROM refund WHERE booking_id = $1',
    values: ({ cancelled }) => [cancelled],
    names: 'captures_have_tickets_or_refunds',
    says: 'expected a refund of €25.00, because it is CANCELLED; found the money captured, and no refund',
  },
  {
    by: 'money that came after a booking failed',
    sql: `UPDATE payment SET state = 'SUCCEEDED' WHERE booking_id = $1`,
    values: ({ failed }) => [failed],
    names: 'captures_have_tickets_or_refunds',
    says: 'because it is FAILED',
  },
  {
    by: 'a refund of more than was taken',
    sql: 'UPDATE refund SET amount_minor = amount_minor + 1 WHERE booking_id = $1',
    values: ({ cancelled }) => [cancelled],
    names: 'refunds_within_captures',
    says: '€25.01 refunded or owed',
  },
  {
    by: 'a refund of a declined payment',
    sql: `INSERT INTO refund (id, booking_id, payment_id, state, gateway_key, amount_minor, currency, reason)
          SELECT $2, booking_id, id, 'SUCCEEDED', 'k', 100, 'EUR', 'by hand' FROM payment WHERE booking_id = $1`,
    values: ({ failed }) => [failed, nobody],
    names: 'refunds_within_captures',
    says: 'at most the €0.00 that was captured',
  },
  {
    by: 'a total that is not that of the lines',
    sql: 'UPDATE booking SET total_minor = total_minor + 1 WHERE id = $1',
    values: ({ confirmed }) => [confirmed],
    names: 'prices_add_up',
    says: 'its total of €50.01; found lines of €50.00 and a payment of €50.00',
  },
  {
    by: 'a charge of another amount than was told',
    sql: 'UPDATE payment SET amount_minor = amount_minor + 1 WHERE booking_id = $1',
    values: ({ waiting }) => [waiting],
    names: 'prices_add_up',
    says: 'a payment of €25.01',
  },
  {
    by: 'a ticket that was made void',
    sql: `UPDATE ticket SET state = 'void' WHERE booking_id = $1 AND seat_no = 1`,
    values: ({ confirmed }) => [confirmed],
    names: 'tickets_match_lines',
    says: 'seat 1: expected a valid ticket; found none',
  },
  {
    by: 'a ticket for a booking that failed',
    sql: `INSERT INTO ticket (id, booking_id, show_id, seat_no) VALUES ($3, $1, $2, 3)`,
    values: ({ failed, showId }) => [failed, showId, nobody],
    names: 'tickets_match_lines',
    says: 'seat 3: expected no valid ticket (the booking is FAILED); found one that is valid',
  },
  {
    by: 'a second ticket for a seat',
    sql: `INSERT INTO ticket (id, booking_id, show_id, seat_no) VALUES ($3, $1, $2, 0)`,
    values: ({ confirmed, showId }) => [confirmed, showId, nobody],
    names: 'seats_are_sold_once',
    says: 'seat 0: expected its ticket to be the only one',
  },
  {
    by: 'a sold seat whose claim is lost',
    sql: 'DELETE FROM seat_claim WHERE show_id = $1 AND seat_no = 0',
    values: ({ showId }) => [showId],
    names: 'tickets_have_claims',
    says: 'seat 0: expected a claim of this booking; found no claim of any booking',
  },
  {
    by: 'a paying seat whose claim is lost',
    sql: 'DELETE FROM seat_claim WHERE show_id = $1 AND seat_no = 4',
    values: ({ showId }) => [showId],
    names: 'paying_seats_are_claimed',
    says: 'which is REQUIRES_ACTION; found no claim of any booking',
  },
  {
    by: 'a sold seat that is claimed as paying',
    sql: `UPDATE seat_claim SET state = 'paying' WHERE show_id = $1 AND seat_no = 0`,
    values: ({ showId }) => [showId],
    names: 'claims_have_bookings',
    says: 'which is CONFIRMED',
  },
  {
    by: 'a claim of a booking that failed',
    sql: `INSERT INTO seat_claim (show_id, seat_no, state, lock_id, buyer_id, booking_id)
          SELECT show_id, 3, 'paying', lock_id, buyer_id, id FROM booking WHERE id = $1`,
    values: ({ failed }) => [failed],
    names: 'claims_have_bookings',
    says: 'which is FAILED',
  },
  {
    by: 'a claim of a booking that is not there',
    sql: `UPDATE seat_claim SET state = 'sold', booking_id = $2 WHERE show_id = $1 AND seat_no = 5`,
    values: ({ showId }) => [showId, nobody],
    names: 'claims_have_bookings',
    says: `no booking ${nobody}`,
  },
  {
    by: 'a claim that names no booking at all',
    sql: `UPDATE seat_claim SET state = 'sold' WHERE show_id = $1 AND seat_no = 5`,
    values: ({ showId }) => [showId],
    names: 'claims_have_bookings',
    says: 'no booking',
  },
  {
    by: 'a sold seat that the booking did not order',
    sql: `UPDATE seat_claim SET state = 'sold', booking_id = $2 WHERE show_id = $1 AND seat_no = 5`,
    values: ({ showId, confirmed }) => [showId, confirmed],
    names: 'claims_have_bookings',
    says: 'which has no line for it',
  },
  {
    by: 'a sold seat under another lock',
    sql: 'UPDATE seat_claim SET lock_id = $2 WHERE show_id = $1 AND seat_no = 0',
    values: ({ showId }) => [showId, nobody],
    names: 'claims_have_bookings',
    says: 'which has another show, lock or buyer',
  },
  {
    by: 'a lock that nobody swept',
    sql: `UPDATE seat_claim SET expires_at = now() - interval '1 hour' WHERE show_id = $1 AND state = 'locked'`,
    values: ({ showId }) => [showId],
    names: 'locks_end',
    says: 'seat 5: expected its claim gone 180 s after',
  },
  {
    by: 'a claim beyond the hall',
    sql: `INSERT INTO seat_claim (show_id, seat_no, state) VALUES ($1, 25, 'closed')`,
    values: ({ showId }) => [showId],
    names: 'claims_are_in_the_hall',
    says: 'a claim beyond its 25 seats',
  },
  {
    by: 'a payment that is not asked for any more, of a booking that waits for it',
    sql: `UPDATE payment SET state = 'CANCELLED' WHERE booking_id = $1`,
    values: ({ waiting }) => [waiting],
    names: 'states_agree',
    says: 'expected a payment that is CONFIRMING or REQUIRES_ACTION, because it is REQUIRES_ACTION; found one that is CANCELLED',
  },
  {
    by: 'money for a booking that still waits for it',
    sql: `UPDATE payment SET state = 'SUCCEEDED' WHERE booking_id = $1`,
    values: ({ waiting }) => [waiting],
    names: 'states_agree',
    says: 'found one that is SUCCEEDED',
  },
  {
    by: 'a booking without its payment',
    sql: 'DELETE FROM payment WHERE booking_id = $1',
    values: ({ failed }) => [failed],
    names: 'states_agree',
    says: 'found no payment',
  },
  {
    by: 'a payment whose intent nobody remembers',
    sql: 'UPDATE payment SET intent_id = NULL WHERE booking_id = $1',
    values: ({ waiting }) => [waiting],
    names: 'states_agree',
    says: 'without an intent of the gateway',
  },
  {
    by: 'a booking that nobody looks at',
    sql: 'UPDATE booking SET next_look_at = NULL WHERE id = $1',
    values: ({ waiting }) => [waiting],
    names: 'waits_end',
    says: 'expected a time for its next look (it is REQUIRES_ACTION); found none',
  },
  {
    by: 'a watch that does not run',
    sql: `UPDATE booking SET next_look_at = now() - interval '1 hour', attended_until = NULL WHERE id = $1`,
    values: ({ waiting }) => [waiting],
    names: 'waits_end',
    says: 'it overdue for 60 min',
  },
  {
    by: 'a booking that waits beyond its limit',
    sql: `UPDATE booking SET updated_at = now() - interval '3 hours', next_look_at = now() WHERE id = $1`,
    values: ({ waiting }) => [waiting],
    names: 'waits_end',
    says: 'it waiting for 180 min',
  },
  {
    by: 'a refund that nobody tries',
    sql: `UPDATE refund SET state = 'OWED', next_try_at = NULL WHERE booking_id = $1`,
    values: ({ cancelled }) => [cancelled],
    names: 'refunds_are_paid',
    says: 'expected a next try of its refund',
  },
  {
    by: 'a refund that is owed for a day',
    sql: `UPDATE refund SET state = 'OWED', next_try_at = now(), created_at = now() - interval '24 hours' WHERE booking_id = $1`,
    values: ({ cancelled }) => [cancelled],
    names: 'refunds_are_paid',
    says: 'it owed for 1440 min',
  },
  {
    by: 'a state that history does not know',
    sql: `UPDATE booking SET state = 'PAYMENT_UNKNOWN' WHERE id = $1`,
    values: ({ waiting }) => [waiting],
    names: 'history_agrees',
    says: 'found nothing to PENDING, PENDING to REQUIRES_ACTION',
  },
  {
    by: 'a move that is not allowed',
    sql: `UPDATE booking_change SET from_state = 'FAILED' WHERE booking_id = $1 AND to_state = 'CANCELLED'`,
    values: ({ cancelled }) => [cancelled],
    names: 'history_agrees',
    says: 'FAILED to CANCELLED',
  },
  {
    by: 'a history that is gone',
    sql: 'DELETE FROM booking_change WHERE booking_id = $1',
    values: ({ failed }) => [failed],
    names: 'history_agrees',
    says: 'found no history',
  },
  {
    by: 'a promise that nobody kept after its commit',
    sql: `INSERT INTO outbox (topic, payload, created_at, due_at)
          VALUES ('seat_sync', '{}', now() - interval '10 min', now() - interval '9 min')`,
    values: () => [],
    names: 'outbox_is_done',
    says: '(seat_sync): expected it done within 300 s; found it open for 600 s',
  },
  {
    by: 'a promotion that was used twice too often',
    sql: `WITH one_use AS (INSERT INTO promotion (code, basis_points, uses_max) VALUES ('ONCE', 1000, 1) RETURNING id)
          UPDATE booking SET promotion_id = one_use.id FROM one_use WHERE booking.id = ANY ($1::uuid[])`,
    values: ({ confirmed, waiting, failed }) => [[confirmed, waiting, failed]],
    names: 'promotions_within_limits',
    says: 'promotion ONCE: expected at most 1 uses, and any number by one buyer; found 2, and 1 by one buyer',
  },
]

describe('rows', () => {
  test.each(breaks)('$by: $names', async ({ sql, values, names, says }) => {
    expect((await world.query(sql, values(made))).rowCount).toBeGreaterThan(0)
    // Without the ledgers: a claim that was changed by hand disagrees with its ledger as well.
    const result = await world.auditRows()
    expect(broken(result)).toEqual([names])
    expect(told(result)).toEqual([expect.stringContaining(says)])
  })
})

describe('ledgers', () => {
  test('a seat that the map shows free and that is sold: ledgers_agree', async () => {
    await world.one.redis.setrange(`test:{${made.showId}}:statuses`, 0, 'a')
    const result = await world.audit()
    expect(broken(result)).toEqual(['ledgers_agree'])
    expect(told(result)).toEqual([
      expect.stringMatching(/seat 0: .*booked by lock .*; found available by lock/),
    ])
  })

  test('a lock that has other claims than its ledger says: ledgers_agree', async () => {
    await world.one.redis.hset(`test:{${made.showId}}:holders`, '4', nobody)
    expect(broken(await world.audit())).toEqual(['ledgers_agree'])
  })

  test('a claim that was deleted past the product shows on both sides', async () => {
    await world.query('DELETE FROM seat_claim WHERE show_id = $1 AND seat_no = 0', [made.showId])
    expect(broken(await world.audit())).toEqual(['tickets_have_claims', 'ledgers_agree'])
  })
})

describe('the gateway', () => {
  const intentOf = async (bookingId: string): Promise<string> =>
    (await world.query('SELECT intent_id FROM payment WHERE booking_id = $1', [bookingId])).rows[0].intent_id
  const ask = () => world.audit({ gateway: world.gateway })

  test('money that went back there and not here: gateway_agrees', async () => {
    const intentId = await intentOf(made.confirmed)
    await world.gateway.refund(intentId, { key: `by-hand-${intentId}`, amountMinor: 1_000 })
    const result = await ask()
    expect(broken(result)).toEqual(['gateway_agrees'])
    expect(told(result)).toEqual([
      expect.stringContaining(
        'expected €50.00 taken and €0.00 given back; found €50.00 taken and €10.00 given back',
      ),
    ])
  })

  test('a refund that is paid here and not there: gateway_agrees', async () => {
    await world.query(
      `INSERT INTO refund (id, booking_id, payment_id, state, gateway_key, amount_minor, currency, reason)
       SELECT $2, booking_id, id, 'SUCCEEDED', 'k', 5000, 'EUR', 'by hand' FROM payment WHERE booking_id = $1`,
      [made.confirmed, nobody],
    )
    const result = await ask()
    expect(broken(result)).toEqual(['money_equals_lines', 'gateway_agrees'])
  })

  test('money that was taken for a booking that ended without: gateway_agrees', async () => {
    // The intents change places: the failed booking's is now one that was paid.
    const paid = await intentOf(made.confirmed)
    const declined = await intentOf(made.failed)
    await world.query('UPDATE payment SET intent_id = NULL WHERE booking_id = $1', [made.failed])
    await world.query('UPDATE payment SET intent_id = $2 WHERE booking_id = $1', [made.confirmed, declined])
    await world.query('UPDATE payment SET intent_id = $2 WHERE booking_id = $1', [made.failed, paid])
    const result = await ask()
    expect(broken(result)).toEqual(['gateway_agrees'])
    expect(told(result).join()).toContain('found a payment that is declined')
    expect(told(result).join()).toContain(
      'because its payment is DECLINED; found €50.00 taken and not given back',
    )
  })
})
