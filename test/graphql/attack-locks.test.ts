/** Locks and bookings asked for in ways that cannot be granted: each has its own refusal, and nothing is half done. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { printId } from '../../src/graphql/index.ts'
import { pick } from './api-world.ts'
import { book, codeOf, lockOne, operations } from './attack-operations.ts'
import { type Ask, type AttackWorld, attackWorld, client } from './attack-world.ts'

let world: AttackWorld
beforeAll(async () => {
  world = await attackWorld()
})
afterAll(() => world.close())

const taken = async () => {
  const { rows } = await world.query(
    `SELECT (SELECT count(*)::int FROM seat_claim WHERE state IN ('locked', 'paying', 'sold')) AS claims,
            (SELECT count(*)::int FROM booking) AS bookings`,
  )
  return rows[0]
}

const lock = (ask: Ask, variables: Record<string, unknown>) =>
  ask(operations.lockSeats, { showId: world.showId(), key: randomUUID(), ...variables })

const many = (count: number) => Array.from({ length: count }, (_, index) => `seat-${index}`)

describe('seats that cannot be meant', () => {
  test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ['none', { seats: [] }, { code: 'BAD_SEAT_COUNT', count: 0, max: 100 }],
    ['neither seats nor areas', {}, { code: 'BAD_SEAT_COUNT', count: 0 }],
    ['101', { seats: many(101) }, { code: 'BAD_SEAT_COUNT', count: 101 }],
    [
      'one twice',
      { seats: ['stalls-A-1', 'stalls-A-1'] },
      { code: 'DUPLICATE_SEATS', seatIds: ['stalls-A-1'] },
    ],
    ['one of another hall', { seats: ['stalls-A-1', 'A-1'] }, { code: 'UNKNOWN_SEATS', seatIds: ['A-1'] }],
    [
      'a standing place by its inner name',
      { seats: ['area:floor:1'] },
      { code: 'UNKNOWN_SEATS', seatIds: ['area:floor:1'] },
    ],
    [
      'minus one place and two',
      {
        areas: [
          { area: 'floor', count: -1 },
          { area: 'x', count: 2 },
        ],
      },
      { code: 'BAD_SEAT_COUNT', count: -1 },
    ],
    [
      'more places than a number can tell',
      { areas: many(3).map((area) => ({ area, count: 2_147_483_647 })) },
      { code: 'BAD_SEAT_COUNT', count: 2_147_483_647 },
    ],
    ['a seat that is not sold', { seats: ['stalls-B-10'] }, { code: 'SEATS_UNAVAILABLE' }],
  ])('%s', async (_what, variables, refusal) => {
    const { ask } = await world.guest()
    const before = await taken()
    const { data, text } = await lock(ask, variables)
    expect(data?.lockSeats, text).toMatchObject(refusal)
    expect(await taken()).toEqual(before)
  })

  test('1,001 are too long a list to be looked at', async () => {
    const { ask } = await world.guest()
    expect(
      await codeOf(ask, operations.lockSeats, { showId: world.showId(), seats: many(1_001), key: 'k' }),
    ).toBe('LIST_TOO_LONG')
  })

  test('of a lock that is another’s: which seats it has is not told', async () => {
    const [owner, thief] = [await world.guest(), await world.guest()]
    const lockId = await lockOne(owner.ask, world.showId(), 'stalls-A-2')
    const releases = ['stalls-A-2', 'stalls-A-3'].map((seat) =>
      thief.ask(operations.releaseLock, { lockId, seats: [seat] }),
    )
    const [own, other] = await Promise.all(releases)
    expect(own?.data).toEqual(other?.data)
    expect(own?.data).toMatchObject({ releaseLock: { code: 'LOCK_NOT_FOUND' } })
    await owner.ask(operations.releaseLock, { lockId })
  })
})

test.each(['closed', 'listed', 'unopened'] as const)(
  'seats of a show that is %s cannot be had',
  async (name) => {
    const { ask } = await world.guest()
    const before = await taken()
    const answer = await lock(ask, { showId: world.showId(name), seats: ['stalls-A-1'] })
    expect(pick(answer.data, 'lockSeats.code')).toMatch(/^SHOW_NOT_(ON_SALE|FOUND)$/)
    expect(await taken()).toEqual(before)
  },
)

describe('a lock', () => {
  test('of another, of another show, and one that never was are told apart by nothing', async () => {
    const [owner, thief] = [await world.guest(), await world.guest()]
    const lockId = await lockOne(owner.ask, world.showId(), 'stalls-A-4')
    const inner = Buffer.from(lockId, 'base64').toString()
    const elsewhere = printId(
      'SeatLock',
      inner.split(':')[1]?.replace(/^\d+/, `${world.hall.shows.inYen}`) ?? '',
    )
    const madeUp = printId('SeatLock', `${world.hall.shows.onSale}.${randomUUID()}`)
    const ofNoShow = printId('SeatLock', `2000000000.${randomUUID()}`)
    const answers = []
    for (const id of [lockId, elsewhere, madeUp, ofNoShow]) {
      const key = randomUUID()
      answers.push([
        (await thief.ask('query($id:ID!){lock(id:$id){id} node(id:$id){id}}', { id })).text,
        (await thief.ask(operations.extendLock, { lockId: id, key })).text,
        (await thief.ask(operations.releaseLock, { lockId: id })).text,
        (await thief.ask(operations.createBooking, { lockId: id, method: 'tok_ok', key })).text,
      ])
      if (id === lockId || id === madeUp) {
        const grown = await lock(thief.ask, { seats: ['stalls-A-5'], lockId: id })
        expect(pick(grown.data, 'lockSeats.code')).toBe('LOCK_NOT_FOUND')
      }
    }
    const [first, ...others] = answers
    expect(first?.join()).toContain('LOCK_NOT_FOUND')
    for (const other of others) expect(other).toEqual(first)
    await owner.ask(operations.releaseLock, { lockId })
  })

  test('in checkout does not grow, shrink, live longer, or get paid twice', async () => {
    const { ask } = await world.guest()
    const lockId = await lockOne(ask, world.showId(), 'stalls-A-6')
    await book(ask, lockId, 'tok_requires_action')
    const before = await taken()
    const codes = [
      await codeOf(ask, operations.lockSeats, {
        ...{ showId: world.showId(), seats: ['stalls-A-7'], lockId, key: randomUUID() },
      }),
      await codeOf(ask, operations.extendLock, { lockId, key: randomUUID() }),
      await codeOf(ask, operations.releaseLock, { lockId }),
      await codeOf(ask, operations.createBooking, { lockId, method: 'tok_ok', key: randomUUID() }),
    ]
    expect(codes).toEqual(Array(4).fill('LOCK_IN_CHECKOUT'))
    expect(await taken()).toEqual(before)
  })

  test('that expired is gone for every operation, and its seat is free', async () => {
    const api = await world.api({ LOCK_TTL_SECONDS: '1', LOG_LEVEL: 'debug' })
    const { token } = await world.guest()
    const ask = client(api, token)
    const lockId = await lockOne(ask, world.showId(), 'stalls-A-8')
    const isThere = async () =>
      (await ask('query($id:ID!){lock(id:$id){id}}', { id: lockId })).data?.lock !== null
    await expect.poll(isThere, { timeout: 30_000 }).toBe(false)
    const codes = [
      await codeOf(ask, operations.extendLock, { lockId, key: randomUUID() }),
      await codeOf(ask, operations.releaseLock, { lockId }),
      await codeOf(ask, operations.createBooking, { lockId, method: 'tok_ok', key: randomUUID() }),
      await codeOf(ask, operations.lockSeats, {
        ...{ showId: world.showId(), seats: ['stalls-A-7'], lockId, key: randomUUID() },
      }),
    ]
    expect(codes).toEqual(Array(4).fill('LOCK_NOT_FOUND'))
    const other = await world.guest()
    await other.ask(operations.releaseLock, {
      lockId: await lockOne(other.ask, world.showId(), 'stalls-A-8'),
    })
    expect(api.output()).not.toMatch(/ERROR/)
  })

  test('cannot be paid once its show is closed, and keeps nothing', async () => {
    const { ask } = await world.guest()
    const lockId = await lockOne(ask, world.showId('inYen'), 'stalls-A-1')
    const bookings = (await taken()).bookings
    const setStatus = (status: string) =>
      world.query('UPDATE show_ledger SET status = $2 WHERE show_id = $1', [world.hall.shows.inYen, status])
    await setStatus('cancelled')
    try {
      const answer = await ask(operations.createBooking, { lockId, method: 'tok_ok', key: randomUUID() })
      expect(pick(answer.data, 'createBooking.code'), answer.text).toBe('SHOW_NOT_ON_SALE')
      expect((await taken()).bookings).toBe(bookings)
    } finally {
      await setStatus('on_sale')
    }
  })
})

describe('an idempotency key', () => {
  test.each([
    ['empty', ''],
    ['65 characters long', 'k'.repeat(65)],
    ['huge', 'k'.repeat(50_000)],
    ['with a space', 'a key'],
    ['with a newline at its end', 'key\n'],
    ['in another alphabet', 'ключ'],
  ])('that is %s is refused by every mutation that takes one', async (_what, key) => {
    const { ask } = await world.guest()
    const lockId = printId('SeatLock', `${world.hall.shows.onSale}.${randomUUID()}`)
    const codes = [
      await codeOf(ask, operations.lockSeats, { showId: world.showId(), seats: ['stalls-A-1'], key }),
      await codeOf(ask, operations.extendLock, { lockId, key }),
      await codeOf(ask, operations.createBooking, { lockId, method: 'tok_ok', key }),
    ]
    expect(codes).toEqual(Array(3).fill('BAD_IDEMPOTENCY_KEY'))
  })

  test('is one request: the same again is the same answer, anything else is refused and does nothing', async () => {
    const { ask } = await world.guest()
    const key = randomUUID()
    const first = await lock(ask, { seats: ['stalls-B-1'], key })
    expect((await lock(ask, { seats: ['stalls-B-1'], key })).data).toEqual(first.data)
    const before = await taken()
    for (const other of [
      { seats: ['stalls-B-2'] },
      { seats: ['stalls-B-1', 'stalls-B-2'] },
      { seats: ['stalls-B-1'], areas: [{ area: 'floor', count: 1 }] },
    ]) {
      const answer = await lock(ask, { ...other, key })
      expect(pick(answer.data, 'lockSeats.code'), answer.text).toBe('KEY_REUSED')
    }
    expect(await taken()).toEqual(before)

    const lockId = pick(first.data, 'lockSeats.lock.id')
    const pay = { lockId, method: 'tok_ok', key: 'pay' }
    const [paid, again] = await Promise.all([
      ask(operations.createBooking, pay),
      ask(operations.createBooking, pay),
    ])
    expect(pick(paid.data, 'createBooking.booking')).toEqual(pick(again.data, 'createBooking.booking'))
    for (const other of [
      { method: 'tok_slow' },
      { promotion: 'HALF' },
      { lockId: await lockOne(ask, world.showId(), 'stalls-B-3') },
    ]) {
      expect(await codeOf(ask, operations.createBooking, { ...pay, ...other })).toBe('KEY_REUSED')
    }
    expect(
      (await world.query('SELECT count(*)::int FROM payment WHERE state = $1', ['SUCCEEDED'])).rows[0].count,
    ).toBe(1)
  })

  test('of one buyer says nothing about another’s', async () => {
    const [one, other] = [await world.guest(), await world.guest()]
    const key = 'the-same-key'
    expect(pick((await lock(one.ask, { seats: ['stalls-B-5'], key })).data, 'lockSeats.__typename')).toBe(
      'LockSeatsOk',
    )
    expect(pick((await lock(other.ask, { seats: ['stalls-B-6'], key })).data, 'lockSeats.__typename')).toBe(
      'LockSeatsOk',
    )
  })
})

test('payment methods that are none are refused before anything is booked', async () => {
  const { ask } = await world.guest()
  const lockId = await lockOne(ask, world.showId(), 'stalls-B-8')
  const before = await taken()
  for (const method of [
    '',
    ' ',
    'tok ok',
    'x'.repeat(101),
    '4242 4242 4242 4242',
    '4242424242424242',
    '{"a":1}',
  ]) {
    expect(await codeOf(ask, operations.createBooking, { lockId, method, key: randomUUID() })).toBe(
      'PAYMENT_METHOD_REFUSED',
    )
  }
  expect(await taken()).toEqual(before)
  await ask(operations.releaseLock, { lockId })
})

test('all of this left the process alive and without a fault', async () => {
  expect(world.faults()).toEqual([])
  expect(await world.isAlive()).toBe(true)
})
