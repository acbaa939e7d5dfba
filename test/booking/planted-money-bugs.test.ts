/**
 * Each rule that keeps money and tickets together is broken on purpose, and the attack that the rule is for must notice: a
 * test that cannot fail proves nothing. The bugs live in this file, never in the product.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CreateBooking } from '../../src/booking/index.ts'
import { GatewayUnknown, type PaymentGateway, sandboxGateway } from '../../src/payment/index.ts'
import { type BookingWorld, bookingWorld, buyer, type OpenedBookings, see, until } from './booking-world.ts'

let world: BookingWorld
let honest: PaymentGateway
/** Right in everything. */
let one: OpenedBookings
let names = 0

beforeAll(async () => {
  world = await bookingWorld()
  honest = sandboxGateway({ url: world.sandboxUrl })
  one = await world.open('one')
})
afterAll(() => world.close())

const open = (gateway: PaymentGateway = honest) => world.open(`planted-${++names}`, { gateway })
const place = (showId: number, by: number, seats: number[]) =>
  one.seating.placeLock({ showId, buyerId: buyer(by), seats, areas: [], idempotencyKey: `lock-${++names}` })

async function request(method: string): Promise<CreateBooking> {
  const showId = await world.show(one)
  const { lockId } = await place(showId, 1, [0, 1])
  return { showId, lockId, buyerId: buyer(1), paymentMethod: method, idempotencyKey: `key-${++names}` }
}

/** What was taken and not given back, less what the valid tickets cost: 0, or somebody's money is wrong. */
async function moneyAstray(reference: string): Promise<number> {
  const kept = (await world.movements())
    .filter((movement) => movement.reference === reference)
    .reduce((sum, { kind, amountMinor }) => sum + (kind === 'capture' ? amountMinor : -amountMinor), 0)
  const { rows } = await one.pool.query(
    `SELECT coalesce(sum(l.amount_minor), 0)::int AS worth FROM booking_line l
       JOIN ticket t ON t.booking_id = l.booking_id AND t.seat_no = l.seat_no AND t.state = 'valid'
      WHERE l.booking_id::text = $1`,
    [reference],
  )
  return kept - rows[0].worth
}

/** Everything that is due is done, for as long as something is. */
async function settle(through: OpenedBookings, id: string): Promise<void> {
  await until('nothing to be due', async () => {
    await one.pool.query(
      `UPDATE booking SET attended_until = NULL, next_look_at = CASE WHEN next_look_at IS NOT NULL THEN now() END
        WHERE id = $1`,
      [id],
    )
    await one.pool.query(`UPDATE refund SET next_try_at = now() WHERE booking_id = $1 AND state = 'OWED'`, [
      id,
    ])
    await through.bookings.lookAtDue()
    const { next_look_at, refunds } = await see(one, id)
    return next_look_at === null && !refunds.includes('OWED')
  })
}

describe('claim before charge', () => {
  /** The buyer's seats are given to another while the payment is on its way. Returns what the first one lost. */
  async function attack(pay: (create: CreateBooking) => Promise<string>): Promise<number> {
    const create = await request('tok_ok')
    await one.seating.releaseLock({ showId: create.showId, buyerId: buyer(1), lockId: create.lockId })
    await place(create.showId, 2, [0, 1])
    return await moneyAstray(await pay(create))
  }

  test('takes nothing for seats that are gone', async () => {
    expect(await attack((create) => one.bookings.createBooking(create).catch(() => 'no booking'))).toBe(0)
  })

  test('turned round, takes the money of a buyer who gets no seat', async () => {
    const chargeFirst = async (create: CreateBooking) => {
      const bookingId = `charged-${++names}`
      const money = { amountMinor: 5_000, currency: 'EUR' }
      const { intentId } = await honest.open({ ...money, bookingId, key: `open-${names}` })
      await honest.confirm(intentId, { key: `confirm-${names}`, method: create.paymentMethod })
      await one.bookings.createBooking(create).catch(() => {})
      return bookingId
    }
    expect(await attack(chargeFirst)).toBe(5_000)
  })
})

describe('commit before acknowledging', () => {
  /** Money comes late; the network tells of it until it is told that it was heard. The first look has no answer. */
  async function attack(
    hears: (through: OpenedBookings, intentId: string) => Promise<void>,
  ): Promise<number> {
    let lies = true
    let isAway = false
    const through = await open({
      ...honest,
      async confirm(intentId, confirm, bounds) {
        await honest.confirm(intentId, confirm, bounds)
        throw new GatewayUnknown(new Error('the answer was lost'))
      },
      async look(intentId, bounds) {
        if (isAway) throw new GatewayUnknown(new Error('no answer'))
        const intent = await honest.look(intentId, bounds)
        return lies ? { ...intent, outcome: { tag: 'cancelled' } } : intent
      },
    })
    const id = await through.bookings.createBooking(await request('tok_ok'))
    await settle(through, id)
    expect((await see(one, id)).state).toBe('FAILED')
    lies = false
    const { rows } = await one.pool.query('SELECT intent_id FROM payment WHERE booking_id = $1', [id])
    for (const away of [true, false]) {
      isAway = away
      const isHeard = await hears(through, rows[0].intent_id).then(
        () => true,
        () => false,
      )
      if (isHeard) break
    }
    // The process that acknowledged is gone with what it had in mind.
    await through.bookings.close()
    await settle(one, id)
    return await moneyAstray(id)
  }

  test('is told again until it is written down', async () => {
    expect(await attack(({ bookings }, intentId) => bookings.hearNotice({ kind: 'intent', intentId }))).toBe(
      0,
    )
  })

  test('turned round, keeps money that nobody knows of', async () => {
    const acknowledgeFirst = async ({ bookings }: OpenedBookings, intentId: string) => {
      bookings.hearNotice({ kind: 'intent', intentId }).catch(() => {})
    }
    expect(await attack(acknowledgeFirst)).toBe(5_000)
  })
})

describe('one key for all tries', () => {
  /** One of two seats is given back, and the first answer to its refund is lost. */
  async function attack(keyOf: (key: string, tries: number) => string): Promise<number> {
    let tries = 0
    const through = await open({
      ...honest,
      async refund(intentId, refund, bounds) {
        tries += 1
        const paid = await honest.refund(intentId, { ...refund, key: keyOf(refund.key, tries) }, bounds)
        if (tries === 1) throw new GatewayUnknown(new Error('the answer was lost'))
        return paid
      },
    })
    const create = await request('tok_ok')
    const bookingId = await through.bookings.createBooking(create)
    await through.bookings.cancelBooking({ bookingId, buyerId: create.buyerId, seats: [0] })
    await settle(through, bookingId)
    return await moneyAstray(bookingId)
  }

  test('pays a refund once, however often it is asked for', async () => {
    expect(await attack((key) => key)).toBe(0)
  })

  test('a new one for each, pays it twice', async () => {
    expect(await attack((key, tries) => `${key}-${tries}`)).toBe(-2_500)
  })
})

describe('cancelled at the gateway before the seats are free', () => {
  /** The buyer cancels here and, in the other window, approves at the bank. */
  async function attack(cancelOf: (gateway: PaymentGateway) => PaymentGateway['cancel']): Promise<number> {
    const through = await open({ ...honest, cancel: cancelOf(honest) })
    const create = await request('tok_requires_action')
    const bookingId = await through.bookings.createBooking(create)
    const { action_url: url } = await see(one, bookingId)
    await through.bookings.cancelBooking({ bookingId, buyerId: create.buyerId })
    await place(create.showId, 2, [0, 1])
    await fetch(url ?? '', { method: 'POST', body: new URLSearchParams({ answer: 'approve' }) })
    await settle(through, bookingId)
    return await moneyAstray(bookingId)
  }

  test('takes nothing from a buyer whose seats are somebody else`s', async () => {
    expect(await attack(({ cancel }) => cancel)).toBe(0)
  })

  test('turned round, charges a buyer whose seats are somebody else`s', async () => {
    const freeFirst = (): PaymentGateway['cancel'] => async (intentId) => ({
      intentId,
      outcome: { tag: 'cancelled' },
    })
    expect(await attack(freeFirst)).toBe(5_000)
  })
})

describe('a look that only reads', () => {
  /** No answer to a confirm. Returns how often one reached the gateway. */
  async function attack(
    lookOf: (counted: PaymentGateway, method: string) => PaymentGateway['look'],
  ): Promise<number> {
    let confirms = 0
    const counted: PaymentGateway = {
      ...honest,
      async confirm(intentId, confirm, bounds) {
        confirms += 1
        const intent = await honest.confirm(intentId, confirm, bounds)
        if (confirms === 1) throw new GatewayUnknown(new Error('the answer was lost'))
        return intent
      },
    }
    const through = await open({ ...counted, look: lookOf(counted, 'tok_ok') })
    const id = await through.bookings.createBooking(await request('tok_ok'))
    for (let looks = 0; looks < 3; looks++) {
      await one.pool.query(
        'UPDATE booking SET next_look_at = now() WHERE id = $1 AND next_look_at IS NOT NULL',
        [id],
      )
      await through.bookings.lookAtDue()
    }
    return confirms
  }

  test('sends one confirm', async () => {
    expect(await attack(({ look }) => look)).toBe(1)
  })

  test('turned into a confirm, asks for the money again with every look', async () => {
    const confirmAgain =
      (counted: PaymentGateway, method: string): PaymentGateway['look'] =>
      (intentId, bounds) =>
        counted.confirm(intentId, { key: `again-${++names}`, method }, bounds)
    expect(await attack(confirmAgain)).toBeGreaterThan(1)
  })
})
