import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { ShowNotOnSale } from '../../src/seating/index.ts'
import {
  type BookingWorld,
  bookingWorld,
  buyer,
  gate,
  type OpenedBookings,
  see,
  until,
} from './booking-world.ts'
import { killed } from './killed.ts'

let world: BookingWorld
let one: OpenedBookings

beforeAll(async () => {
  world = await bookingWorld()
  one = await world.open('one')
})
afterEach(() => world.comeBack())
afterAll(() => world.close())

let keys = 0

async function lock(showId: number, n: number, seats: number[]) {
  const request = { showId, buyerId: buyer(n), seats, areas: [], idempotencyKey: `lock-${++keys}` }
  return { showId, lockId: (await one.seating.placeLock(request)).lockId, buyerId: buyer(n) }
}

async function book(showId: number, n: number, seats: number[], paymentMethod = 'tok_ok') {
  const held = await lock(showId, n, seats)
  return await one.bookings.createBooking({ ...held, paymentMethod, idempotencyKey: `key-${keys}` })
}

async function watching(work: (watcher: OpenedBookings) => Promise<void>) {
  const watcher = await world.open(`watcher-${++keys}`)
  watcher.bookings.start()
  try {
    await work(watcher)
  } finally {
    await watcher.bookings.close()
  }
}

const finished = (showId: number) =>
  until('the sweep', async () => {
    const at = await one.bookings.showCancellation(showId)
    return at?.finishedAt != null && at.refundsOwed === 0
  })

const ask = (by: OpenedBookings, showId: number) =>
  by.bookings.cancelShow({ showId, by: 'admin-1', reason: 'the singer is ill' })

test('every booking ends, paid or on its way, every payment goes back, locks end, and nobody can buy again', async () => {
  const showId = await world.show(one)
  const ids = [
    await book(showId, 1, [0, 1]),
    await book(showId, 2, [2]),
    await book(showId, 3, [3], 'tok_requires_action'),
    await book(showId, 4, [4], 'tok_declined'),
  ]
  const held = await lock(showId, 5, [5, 6])
  expect(await ask(one, showId)).toBe(true)
  await expect(lock(showId, 6, [9])).rejects.toBeInstanceOf(ShowNotOnSale)
  await expect(
    one.bookings.createBooking({ ...held, paymentMethod: 'tok_ok', idempotencyKey: 'late' }),
  ).rejects.toBeInstanceOf(ShowNotOnSale)
  await watching(() => finished(showId))
  const states = await Promise.all(ids.map(async (id) => (await see(one, id)).state))
  expect(states).toEqual(['CANCELLED', 'CANCELLED', 'CANCELLED', 'FAILED'])
  expect(await one.bookings.showCancellation(showId)).toMatchObject({
    ...{ reason: 'the singer is ill', cancelled: 3, waiting: 0, locksEnded: 1, refundsOwed: 0 },
  })
  expect((await one.seating.readMap(showId)).statuses.slice(0, 8)).toBe('aaaaaaaa')
  await world.audit(one, showId)
})

test('killed at any point of the sweep: another process ends it, and every refund is paid once', async () => {
  for (const diesAt of ['cancel show: closed', 'cancel show: some cancelled', 'booking: sale undone']) {
    const showId = await world.show(one)
    const ids: string[] = []
    for (let seat = 0; seat < 8; seat++) ids.push(await book(showId, seat, [seat]))
    await ask(one, showId)
    await killed(world, { diesAt, sweep: true })
    await watching(() => finished(showId))
    for (const id of ids)
      expect(await see(one, id)).toMatchObject({ state: 'CANCELLED', refunds: ['SUCCEEDED'] })
    expect(await one.bookings.showCancellation(showId)).toMatchObject({ cancelled: 8, waiting: 0 })
    await until('the ledger', async () => (await one.seating.relaySeatSyncs()) === 0)
    await until('the map', async () => (await one.seating.readMap(showId)).statuses.startsWith('aaaaaaaa'))
    await world.audit(one, showId)
  }
})

test('a booking that is being made while the show is cancelled ends like the others', async () => {
  const showId = await world.show(one)
  const point = gate('booking: open answered')
  const held = await world.open('held', { faultPoint: point.faultPoint })
  const request = await lock(showId, 1, [0, 1])
  const answer = held.bookings.createBooking({
    ...request,
    paymentMethod: 'tok_ok',
    idempotencyKey: 'racing',
  })
  await point.arrived
  await ask(one, showId)
  point.open()
  const id = await answer
  await watching(() => finished(showId))
  expect((await see(one, id)).state).toBe('CANCELLED')
  await world.audit(one, showId)
})

test('what waits for a gateway that is away is asked again until it ends, and the progress says so', async () => {
  const showId = await world.show(one)
  const paid = await book(showId, 1, [0])
  const asked = await book(showId, 2, [1], 'tok_requires_action')
  await world.vanish()
  await ask(one, showId)
  await watching(async () => {
    await until('the paid booking', async () => (await see(one, paid)).state === 'CANCELLED')
    expect(await one.bookings.showCancellation(showId)).toMatchObject({
      ...{ finishedAt: null, waiting: 1, refundsOwed: 1 },
    })
    expect((await see(one, asked)).state).toBe('REQUIRES_ACTION')
    await world.comeBack()
    await finished(showId)
  })
  await world.audit(one, showId)
})

test('a repeat changes nothing, and a show that was never on sale is told as such', async () => {
  const showId = await world.show(one)
  expect(await ask(one, showId)).toBe(true)
  expect(await one.bookings.cancelShow({ showId, by: 'x', reason: 'another' })).toBe(true)
  expect(await one.bookings.showCancellation(showId)).toMatchObject({ reason: 'the singer is ill' })
  expect(await ask(one, 999_999)).toBe(false)
})
