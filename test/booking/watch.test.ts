import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { GatewayUnknown, type PaymentGateway, sandboxGateway } from '../../src/payment/index.ts'
import { cutProxy } from '../seating/cut-proxy.ts'
import {
  type BookingWorld,
  bookingWorld,
  buyer,
  gate,
  type OpenBookings,
  type OpenedBookings,
  see,
  until,
} from './booking-world.ts'

let world: BookingWorld
/** Does not watch: what is to be carried on waits for the process that a test opens. */
let one: OpenedBookings

beforeAll(async () => {
  world = await bookingWorld()
  one = await world.open('one')
})
afterEach(() => world.comeBack())
afterAll(() => world.close())

let keys = 0

async function request(paymentMethod: string) {
  const key = ++keys
  const showId = await world.show(one)
  const lock = await one.seating.placeLock({
    ...{ showId, buyerId: buyer(1), seats: [0, 1], areas: [], idempotencyKey: `lock-${key}` },
  })
  return {
    ...{ showId, lockId: lock.lockId, buyerId: buyer(1) },
    ...{ paymentMethod, idempotencyKey: `key-${key}` },
  }
}

/** A process that watches for the length of `work`. */
async function watching(options: OpenBookings, work: (watcher: OpenedBookings) => Promise<void>) {
  const watcher = await world.open(`watcher-${keys}`, options)
  watcher.bookings.start()
  try {
    await work(watcher)
  } finally {
    await watcher.bookings.close()
  }
}

const finished = (bookingId: string, state: string) =>
  until(`booking to be ${state}`, async () => (await see(one, bookingId)).state === state)

const letters = async (showId: number) => (await one.seating.readMap(showId)).statuses.slice(0, 2)

test('not approved in time: cancelled at the gateway first, and only then are the seats free', async () => {
  const create = await request('tok_requires_action')
  const id = await one.bookings.createBooking(create)
  await world.vanish()
  await watching({ limits: { actionMsMax: 50 } }, async (watcher) => {
    await until('the time to be over', async () => {
      const { rows } = await one.pool.query(
        `SELECT now() > updated_at + interval '300 ms' AS over FROM booking WHERE id = $1`,
        [id],
      )
      return rows[0].over
    })
    await watcher.bookings.lookAtDue()
    expect((await see(one, id)).state).toBe('REQUIRES_ACTION')
    expect(await letters(create.showId)).toBe('ll')
    await world.comeBack()
    await finished(id, 'FAILED')
    expect((await see(one, id)).failure).toMatch(/not approved in time/)
    await until('the seats to be free', async () => (await letters(create.showId)) === 'aa')
  })
  await world.audit(one, create.showId)
})

test('the gateway is away from the start: the booking waits, and is made when it is back', async () => {
  const create = await request('tok_ok')
  await world.vanish()
  const id = await one.bookings.createBooking(create)
  expect(await see(one, id)).toMatchObject({ state: 'PAYMENT_QUEUED', payment: 'OPENING' })
  await watching({}, async () => {
    await world.comeBack()
    await finished(id, 'CONFIRMED')
  })
  await world.audit(one, create.showId)
})

test('the gateway goes away before the confirm: it counts as not sent, and is sent when the gateway is back', async () => {
  const point = gate('booking: intent noted')
  const held = await world.open('held', { faultPoint: point.faultPoint })
  const create = await request('tok_ok')
  const answer = held.bookings.createBooking(create)
  await point.arrived
  await world.vanish()
  point.open()
  const id = await answer
  expect(await see(one, id)).toMatchObject({ state: 'PAYMENT_QUEUED', payment: 'OPENED' })
  await watching({}, async () => {
    await world.comeBack()
    await finished(id, 'CONFIRMED')
  })
  await world.audit(one, create.showId)
})

test('the gateway stays away: after its time the booking fails, without asking it, because no confirm was sent', async () => {
  const create = await request('tok_ok')
  await world.vanish()
  const id = await one.bookings.createBooking(create)
  try {
    await watching({ limits: { unsentMsMax: 100 } }, async () => {
      await finished(id, 'FAILED')
      await until('the seats to be free', async () => (await letters(create.showId)) === 'aa')
    })
  } finally {
    await world.comeBack()
  }
  expect((await see(one, id)).failure).toMatch(/could not be reached/)
  await world.audit(one, create.showId)
})

test('unknown for too long: an operator is called, the seats stay, and the gateway may still tell', async () => {
  const create = await request('tok_late')
  const id = await one.bookings.createBooking(create)
  expect((await see(one, id)).state).toBe('PAYMENT_UNKNOWN')
  await world.vanish()
  await watching({ limits: { unknownMsMax: 500 } }, async (watcher) => {
    await finished(id, 'NEEDS_OPERATOR')
    expect(watcher.errors).toEqual([
      {
        message: expect.stringMatching(/needs an operator/),
        fields: expect.objectContaining({ bookingId: id }),
      },
    ])
    expect(await letters(create.showId)).toBe('ll')
    await expect(one.bookings.cancelBooking({ bookingId: id, buyerId: buyer(1) })).rejects.toMatchObject({
      ...{ code: 'NOT_CANCELLABLE', state: 'NEEDS_OPERATOR' },
    })
    await world.comeBack()
    await finished(id, 'CONFIRMED')
  })
  await world.audit(one, create.showId)
})

test('a refund that is owed is paid when the gateway is back, once', async () => {
  const create = await request('tok_ok')
  const id = await one.bookings.createBooking(create)
  await world.vanish()
  await one.bookings.cancelBooking({ bookingId: id, buyerId: buyer(1) })
  expect(await see(one, id)).toMatchObject({ state: 'CANCELLED', refunds: ['OWED'] })
  await watching({}, async () => {
    await world.comeBack()
    await until('the refund', async () => (await see(one, id)).refunds[0] === 'SUCCEEDED')
  })
  await world.audit(one, create.showId)
})

test('a refund whose answer was lost is asked for again with its own key, and pays once', async () => {
  const create = await request('tok_ok')
  const id = await one.bookings.createBooking(create)
  const honest = sandboxGateway({ url: world.sandboxUrl })
  const keysUsed: string[] = []
  const forgetful: PaymentGateway = {
    ...honest,
    async refund(intentId, refund, bounds) {
      keysUsed.push(refund.key)
      const paid = await honest.refund(intentId, refund, bounds)
      if (keysUsed.length === 1) throw new GatewayUnknown(new Error('The answer was lost'))
      return paid
    },
  }
  await watching({ gateway: forgetful }, async (watcher) => {
    await watcher.bookings.cancelBooking({ bookingId: id, buyerId: buyer(1) })
    await until('the refund', async () => (await see(one, id)).refunds[0] === 'SUCCEEDED')
  })
  expect(keysUsed.length).toBeGreaterThan(1)
  expect(new Set(keysUsed).size).toBe(1)
  await world.audit(one, create.showId)
})

test('a refund that the gateway refuses needs an operator, and is not asked for again', async () => {
  const create = await request('tok_ok')
  const id = await one.bookings.createBooking(create)
  const { rows } = await one.pool.query('SELECT intent_id FROM payment WHERE booking_id = $1', [id])
  const elsewhere = { key: `elsewhere-${keys}`, amountMinor: 5_000 }
  await sandboxGateway({ url: world.sandboxUrl }).refund(rows[0].intent_id, elsewhere)
  await one.bookings.cancelBooking({ bookingId: id, buyerId: buyer(1) })
  expect((await see(one, id)).refunds).toEqual(['NEEDS_OPERATOR'])
  expect(one.errors.map(({ message }) => message)).toContainEqual(
    expect.stringMatching(/refund needs an operator/),
  )
})

test.each([
  ['a claim', 'DELETE FROM seat_claim WHERE show_id = $1 AND seat_no = 1'],
  [
    'the ticket',
    `WITH other AS (
       INSERT INTO booking (id, show_id, buyer_id, lock_id, state, request_hash, currency, total_minor, failure)
       VALUES (gen_random_uuid(), $1, gen_random_uuid(), gen_random_uuid(), 'FAILED', '', 'EUR', 0, 'test') RETURNING id)
     INSERT INTO ticket (id, booking_id, show_id, seat_no) SELECT gen_random_uuid(), id, $1, 1 FROM other`,
  ],
])(
  '%s of a seat is somebody else`s when the money has been taken: failed, and the money back once',
  async (_what, sql) => {
    const point = gate('booking: confirm answered')
    const held = await world.open('unlucky', { faultPoint: point.faultPoint })
    const create = await request('tok_ok')
    const answer = held.bookings.createBooking(create)
    await point.arrived
    await one.pool.query(sql, [create.showId])
    point.open()
    const id = await answer
    await watching({}, async () => {
      await until('the refund', async () => (await see(one, id)).refunds[0] === 'SUCCEEDED')
    })
    const seen = await see(one, id)
    expect(seen).toMatchObject({ state: 'FAILED', payment: 'SUCCEEDED', tickets: 0, refunds: ['SUCCEEDED'] })
    expect(seen.failure).toMatch(/goes back to you/)
    await until('the seats to be free', async () => (await letters(create.showId)) === 'aa')
  },
)

test('three watchers share the work: each booking is attended by one of them at a time', async () => {
  const honest = sandboxGateway({ url: world.sandboxUrl })
  const opens: string[] = []
  const counting: PaymentGateway = {
    ...honest,
    open(open, bounds) {
      opens.push(open.bookingId)
      return honest.open(open, bounds)
    },
  }
  const creates = await Promise.all(Array.from({ length: 12 }, () => request('tok_ok')))
  await world.vanish()
  const ids = await Promise.all(creates.map((create) => one.bookings.createBooking(create)))
  await world.comeBack()
  const watchers = await Promise.all([1, 2, 3].map((n) => world.open(`watcher-${n}`, { gateway: counting })))
  for (const { bookings } of watchers) bookings.start()
  await Promise.all(ids.map((id) => finished(id, 'CONFIRMED')))
  expect(opens.sort()).toEqual([...ids].sort())
  await Promise.all(watchers.map(({ bookings }) => bookings.close()))
})

test('a booking that meets a fault does not keep others waiting', async () => {
  const honest = sandboxGateway({ url: world.sandboxUrl })
  const [poison, sound] = await Promise.all([request('tok_ok'), request('tok_ok')])
  await world.vanish()
  const poisoned = await one.bookings.createBooking(poison)
  const id = await one.bookings.createBooking(sound)
  await world.comeBack()
  const faulty: PaymentGateway = {
    ...honest,
    open: (open, bounds) =>
      open.bookingId === poisoned ? Promise.reject(new TypeError('A bug')) : honest.open(open, bounds),
  }
  await watching({ gateway: faulty }, async (watcher) => {
    await finished(id, 'CONFIRMED')
    await until('the fault to be told', async () => watcher.errors.length > 0)
    expect((await see(one, poisoned)).state).toBe('PAYMENT_QUEUED')
  })
  await watching({}, () => finished(poisoned, 'CONFIRMED'))
})

test.each([
  ['the first commit', 'booking: checkout begun', 'CONFIRMED'],
  ['the intent`s commit', 'booking: open answered', 'CONFIRMED'],
  // Not known to be committed, so nobody may send it, and the gateway is asked.
  ['the commit before the confirm', 'booking: intent noted', 'FAILED'],
  ['the sale', 'booking: confirm answered', 'CONFIRMED'],
])(
  'the answer to the COMMIT of %s is lost: the rows are read again, and nothing is done twice',
  async (_what, at, state) => {
    const proxy = await cutProxy(world.database.url)
    const cut = await world.open('cut', {
      databaseUrl: proxy.url,
      faultPoint: async (name) => {
        if (name === at) proxy.loseAnswerTo('COMMIT')
      },
    })
    cut.bookings.start()
    try {
      const create = await request('tok_ok')
      const id = await cut.bookings.createBooking(create)
      await finished(id, state)
      expect(proxy.cuts()).toBe(1)
      await until(
        'the ledger',
        async () => (await letters(create.showId)) === (state === 'CONFIRMED' ? 'bb' : 'aa'),
      )
      await world.audit(one, create.showId)
    } finally {
      await cut.bookings.close()
      await cut.close()
      await proxy.close()
    }
  },
)

test('a process that closes leaves its bookings so that any other carries on at once', async () => {
  const create = await request('tok_ok')
  const point = gate('booking: open answered')
  const leaving = await world.open('leaving', { faultPoint: point.faultPoint })
  const answer = leaving.bookings.createBooking(create).catch(() => '')
  await point.arrived
  const closed = leaving.bookings.close()
  point.open()
  await closed
  const { rows } = await one.pool.query('SELECT id, attended_until FROM booking WHERE show_id = $1', [
    create.showId,
  ])
  expect(rows[0].attended_until).toBeNull()
  await answer
  await watching({}, () => finished(rows[0].id, 'CONFIRMED'))
  await world.audit(one, create.showId)
})
