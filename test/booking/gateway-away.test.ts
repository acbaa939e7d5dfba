/**
 * The gateway is gone for hours, which are seconds here: what was on its way when it went, what comes while it is away,
 * what runs out of time meanwhile, and what it tells when it is back, also much too late. Three processes watch.
 */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { guardedGateway, sandboxGateway } from '../../src/payment/index.ts'
import { openBreaker } from '../../src/platform/resilience.ts'
import {
  type BookingWorld,
  bookingWorld,
  buyer,
  gate,
  type OpenedBookings,
  see,
  until,
} from './booking-world.ts'
import { openWeather, type Weather } from './model/weather.ts'
import { realAudit } from './real-audit.ts'

/** An hour is a second, and a little more. */
const limits = {
  ...{ unsentMsMax: 4_000, actionMsMax: 6_000, unknownMsMax: 2_500, confirmLostMs: 1_000 },
  ...{ unsentRetryMs: 200, operatorLookEveryMs: 200, lookDelaysMs: [1_500, 200], refundDelaysMs: [100, 200] },
}

let world: BookingWorld
let weather: Weather
let clerks: OpenedBookings[]
let one: OpenedBookings
let showId: number
let keys = 0
let told = 0

beforeAll(async () => {
  world = await bookingWorld()
  weather = openWeather(sandboxGateway({ url: world.sandboxUrl }))
  clerks = await Promise.all([1, 2, 3].map((n) => open(`clerk-${n}`)))
  one = clerks[0] as OpenedBookings
  for (const { bookings } of clerks) bookings.start()
  showId = await world.show(one, { seats: 200 })
})
afterEach(async () => {
  weather.clear()
  await world.comeBack()
})
afterAll(async () => {
  console.log(JSON.stringify({ bookings: keys, struck: weather.struck(), persons: told }))
  await world.close()
})

const open = (name: string, options = {}) => {
  const breaker = openBreaker({ name: 'payment', limits: { windowMs: 500, openMs: 100 } })
  return world.open(name, { gateway: guardedGateway(weather.gateway, breaker), limits, ...options })
}

const mine = (id: string, n: number) => ({ bookingId: id, buyerId: buyer(n) })

async function requested(paymentMethod: string, through: OpenedBookings) {
  const n = ++keys
  const seats = [2 * n, 2 * n + 1]
  const lock = { showId, buyerId: buyer(n), seats, areas: [], idempotencyKey: `lock-${n}` }
  const { lockId } = await through.seating.placeLock(lock)
  return {
    n,
    seats,
    create: { showId, lockId, buyerId: buyer(n), paymentMethod, idempotencyKey: `pay-${n}` },
  }
}

interface Bought {
  id: string
  n: number
  seats: number[]
}

async function buy(paymentMethod: string): Promise<Bought> {
  const through = clerks[keys % clerks.length] ?? one
  const { n, seats, create } = await requested(paymentMethod, through)
  return { id: await through.bookings.createBooking(create), n, seats }
}

const idsOf = (bought: Bought[]) => bought.map(({ id }) => id)

const many = (count: number, paymentMethod: string) =>
  Promise.all(Array.from({ length: count }, () => buy(paymentMethod)))

async function buyIn(show: number, seats: number[]): Promise<string> {
  const n = ++keys
  const lock = { showId: show, buyerId: buyer(n), seats, areas: [], idempotencyKey: `lock-${n}` }
  const { lockId } = await one.seating.placeLock(lock)
  const create = {
    showId: show,
    lockId,
    buyerId: buyer(n),
    paymentMethod: 'tok_ok',
    idempotencyKey: `pay-${n}`,
  }
  return await one.bookings.createBooking(create)
}

const all = (ids: string[], state: string) =>
  until(
    `all to be ${state}`,
    async () => {
      const states = await Promise.all(ids.map(async (id) => (await see(one, id)).state))
      return states.every((each) => each === state)
    },
    20_000,
  )

const allTold = () =>
  until('ledgers to be told', async () => {
    await one.pool.query('UPDATE outbox SET due_at = now() WHERE done_at IS NULL')
    await one.seating.relaySeatSyncs()
    return (await one.pool.query('SELECT FROM outbox WHERE done_at IS NULL')).rows.length === 0
  })

async function letters(bought: Bought[]): Promise<string> {
  const { statuses } = await one.seating.readMap(showId)
  return [...new Set(bought.flatMap(({ seats }) => seats.map((seat) => statuses[seat])))].sort().join('')
}

test('hours without the gateway: bookings queue, limits end them, and what it tells when it is back is put right once', async () => {
  // What had been sent when it went away.
  const sold = await many(6, 'tok_ok')
  const asked = await many(4, 'tok_requires_action')
  const processing = await many(3, 'tok_slow')
  const point = gate('booking: intent noted')
  const held = await open('held', { faultPoint: point.faultPoint })
  const { n, seats, create } = await requested('tok_ok', held)
  const answer = held.bookings.createBooking(create)
  await point.arrived
  weather.brew('answer_lost', 'confirm', 3)
  const takenUnheard = await many(3, 'tok_ok')
  weather.brew('arrives_late', 'confirm', 3)
  const onTheWay = await many(3, 'tok_ok')
  await world.vanish()
  point.open()
  const unsent: Bought = { id: await answer, n, seats }

  // What is known of each, without the gateway.
  const queued = [unsent, ...(await many(8, 'tok_ok'))]
  await all(idsOf(queued), 'PAYMENT_QUEUED')
  const doubtful = [...takenUnheard, ...onTheWay]
  for (const { id } of doubtful)
    expect(['PAYMENT_UNKNOWN', 'NEEDS_OPERATOR']).toContain((await see(one, id)).state)
  const leavers = await many(3, 'tok_ok')
  for (const { id, n: by } of leavers) await one.bookings.cancelBooking(mine(id, by))
  await until('their seats to be free', async () => (await letters(leavers)) === 'a')
  const returned = sold.slice(0, 3)
  for (const { id, n: by } of returned) await one.bookings.cancelBooking(mine(id, by))
  for (const { id, n: by, seats: own } of sold.slice(3, 5))
    await one.bookings.cancelBooking({ ...mine(id, by), seats: own.slice(0, 1) })
  for (const { id } of sold.slice(0, 5)) expect((await see(one, id)).refunds).toEqual(['OWED'])

  // The hours pass: what was not sent fails, and what may have been paid keeps its seats and calls for a person.
  await all(idsOf(queued), 'FAILED')
  await until('their seats to be free', async () => (await letters(queued)) === 'a')
  await all(idsOf([...doubtful, ...asked]), 'NEEDS_OPERATOR')
  expect(await letters([...doubtful, ...asked])).toBe('l')
  told = clerks
    .flatMap(({ errors }) => errors)
    .filter(({ message }) => /needs an operator/.test(message)).length
  expect(told).toBeGreaterThanOrEqual(doubtful.length + asked.length)

  // Just before it is back; and what was on the way arrives with it, before anybody looks, or after all is over.
  const lastOnes = await many(4, 'tok_ok')
  await all(idsOf(lastOnes), 'PAYMENT_QUEUED')
  await world.comeBack()
  await all(idsOf([...lastOnes, ...takenUnheard, ...processing]), 'CONFIRMED')
  await all(idsOf([...onTheWay, ...asked]), 'FAILED')
  await weather.arrive()
  await until('refunds to be paid', async () => {
    const seen = await Promise.all(sold.map(({ id }) => see(one, id)))
    return seen.every(({ refunds }) => refunds.every((state) => state === 'SUCCEEDED'))
  })
  await all(idsOf([...onTheWay, ...asked, ...queued]), 'FAILED')
  await all(idsOf(returned), 'CANCELLED')

  await allTold()
  const captures = (await world.movements()).filter(({ kind }) => kind === 'capture')
  expect(new Set(captures.map(({ reference }) => reference)).size).toBe(captures.length)
  await world.audit(one, showId)
  await realAudit(one, sandboxGateway({ url: world.sandboxUrl }))
})

test('money that arrives after its booking was given up finds its seats, or goes back, when the gateway tells of it', async () => {
  // A hall without another seat: whoever comes too late cannot have an equal one.
  const small = await world.show(one, { seats: 4, places: 0 })
  // The network forwards the confirms only after everybody was told that none will come.
  weather.brew('arrives_late', 'confirm', 2)
  weather.brew('lie', 'look', 20)
  const [kept = '', gone = ''] = await Promise.all([buyIn(small, [0, 1]), buyIn(small, [2, 3])])
  await all([kept, gone], 'FAILED')
  weather.clear()
  const rival = { showId: small, buyerId: buyer(99), seats: [3], areas: [], idempotencyKey: 'rival' }
  await until('the seats to be free', async () => (await one.seating.readMap(small)).statuses === 'aaaa')
  await one.seating.placeLock(rival)
  await weather.arrive()
  for (const id of [kept, gone]) {
    const { rows } = await one.pool.query('SELECT intent_id FROM payment WHERE booking_id = $1', [id])
    const notice = { kind: 'intent', intentId: rows[0].intent_id } as const
    await Promise.all(clerks.map(({ bookings }) => bookings.hearNotice(notice)))
  }
  await all([kept], 'CONFIRMED')
  await until('the money to go back', async () => (await see(one, gone)).refunds.includes('SUCCEEDED'))
  expect(await see(one, gone)).toMatchObject({ state: 'FAILED', payment: 'SUCCEEDED', tickets: 0 })
  await allTold()
  await world.audit(one, small)
  await realAudit(one, sandboxGateway({ url: world.sandboxUrl }))
})

test('a follower hears when a charge that was about to be sent is put off', async () => {
  const point = gate('booking: intent noted')
  const held = await open('held again', { faultPoint: point.faultPoint })
  const { create } = await requested('tok_slow', held)
  const answer = held.bookings.createBooking(create)
  await point.arrived
  const { rows } = await one.pool.query('SELECT id FROM booking WHERE lock_id = $1', [create.lockId])
  const follower = held.bookings.followBooking(rows[0].id)
  await follower.next()
  weather.isDown = true
  const hears = follower.next()
  point.open()
  await hears
  expect((await see(one, rows[0].id)).state).toBe('PAYMENT_QUEUED')
  await answer
  await follower.return?.()
  weather.isDown = false
  await until('it to be sold', async () => (await see(one, rows[0].id)).state === 'CONFIRMED')
})
