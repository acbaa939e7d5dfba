/**
 * A buyer follows a booking at one API process while it is paid at another, through the one Redis behind both: every
 * state is heard up to the last one, by nobody else, and whoever comes late is told how it stands.
 */
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type Actor, actor, guest, subscribe, type Watcher } from '../world/buyer.ts'
import { type ApiProcess, type RowlockWorld, rowlockWorld } from '../world/rowlock.ts'
import { type Hall, openHall } from './hall.ts'
import {
  type BookingAnswer,
  cancelBooking,
  createBooking,
  type FollowMessage,
  followBooking,
  type LockAnswer,
  lockSeats,
} from './operations.ts'

let world: RowlockWorld
/** Where buyers follow. */
let a: ApiProcess
/** Where buyers pay. */
let b: ApiProcess
let hall: Hall

beforeAll(async () => {
  world = await rowlockWorld()
  ;[a, b] = await Promise.all([world.api(), world.api()])
  hall = await openHall(world.database.url, 12)
})
afterAll(() => world.close())

async function lock(buyer: Actor, seat: string): Promise<string> {
  const { lockSeats: locked } = await buyer.ask<LockAnswer>(lockSeats, {
    ...{ showId: hall.showId, seats: [seat], key: 'lock' },
  })
  return locked.lock?.id ?? ''
}

async function pay(buyer: Actor, lockId: string, method: string): Promise<string> {
  const { createBooking: made } = await buyer.ask<BookingAnswer>(createBooking, {
    ...{ lockId, method, key: 'pay' },
  })
  return made.booking?.id ?? ''
}

/** The booking of a seat, before whoever pays for it has been answered. */
async function bookingOf(seat: string): Promise<string> {
  const find = () => world.query('SELECT booking_id AS id FROM booking_line WHERE seat_id = $1', [seat])
  await vi.waitFor(async () => expect((await find()).rows).toHaveLength(1), { timeout: 30_000, interval: 5 })
  return Buffer.from(`Booking:${(await find()).rows[0].id}`).toString('base64')
}

const follow = (bookingId: string, token?: string) =>
  subscribe<FollowMessage>(a.url, followBooking, { bookingId }, token)

type Following = Watcher<FollowMessage>

/** What was heard, where a state that was told again counts once. */
const statesOf = ({ received }: Following) =>
  received.map(({ bookingChanged }) => bookingChanged.state).filter((state, at, all) => state !== all[at - 1])

const heard = (follower: Following, state: string) =>
  follower.until((all) => all.at(-1)?.bookingChanged.state === state, 25_000)

const sandbox = (way: 'up' | 'down') => fetch(`${world.sandbox.url}/admin/${way}`, { method: 'POST' })

test('followed at one process and paid at another, while the gateway goes and comes back: every state is heard', async () => {
  const buyer = await guest(b.url)
  const lockId = await lock(buyer, 'A-1')
  await sandbox('down')
  const paying = pay(buyer, lockId, 'tok_slow')
  const follower = follow(await bookingOf('A-1'), buyer.token)
  await heard(follower, 'PAYMENT_QUEUED')
  await paying
  await sandbox('up')
  await heard(follower, 'CONFIRMED')
  expect(statesOf(follower)).toEqual(['PENDING', 'PAYMENT_QUEUED', 'PENDING', 'CONFIRMED'])
  expect(follower.received.at(-1)?.bookingChanged.tickets).toEqual([{ seatId: 'A-1', state: 'VALID' }])
  await follower.close()
})

test('approved at the bank and then cancelled elsewhere: the follower hears of tickets, of their end, and of the money back', async () => {
  const buyer = await guest(b.url)
  const bookingId = await pay(buyer, await lock(buyer, 'A-2'), 'tok_requires_action')
  const follower = follow(bookingId, buyer.token)
  await heard(follower, 'REQUIRES_ACTION')
  await fetch(follower.received.at(-1)?.bookingChanged.payment?.actionUrl ?? '', {
    ...{ method: 'POST', body: new URLSearchParams({ answer: 'approve' }), redirect: 'manual' },
  })
  await heard(follower, 'CONFIRMED')
  await buyer.ask(cancelBooking, { bookingId })
  await follower.until((all) => all.at(-1)?.bookingChanged.refunds[0]?.state === 'SUCCEEDED')
  expect(statesOf(follower)).toEqual(['REQUIRES_ACTION', 'CONFIRMED', 'CANCELLED'])
  expect(follower.received.at(-1)?.bookingChanged.tickets).toEqual([{ seatId: 'A-2', state: 'VOID' }])
  await follower.close()
})

test('a stranger`s token, and none, hear nothing, also while the buyer follows with the same words', async () => {
  const buyer = await guest(b.url)
  const paying = pay(buyer, await lock(buyer, 'A-3'), 'tok_slow')
  const bookingId = await bookingOf('A-3')
  const follower = follow(bookingId, buyer.token)
  const stranger = follow(bookingId, (await guest(a.url)).token)
  const nobody = follow(bookingId)
  await expect(stranger.until(() => false)).rejects.toThrow(/no such booking of yours/)
  await expect(nobody.until(() => false)).rejects.toThrow(/token/)
  await paying
  await heard(follower, 'CONFIRMED')
  expect([...stranger.received, ...nobody.received]).toEqual([])
  await Promise.all([follower, stranger, nobody].map((each) => each.close()))
})

test('who subscribes after the end is told at once how it stands', async () => {
  const buyer = await guest(b.url)
  const bookingId = await pay(buyer, await lock(buyer, 'A-4'), 'tok_declined')
  const late = follow(bookingId, buyer.token)
  await heard(late, 'FAILED')
  expect(statesOf(late)).toEqual(['FAILED'])
  await late.close()
  await expect(actor(a.url, buyer.token).ask(cancelBooking, { bookingId })).resolves.toMatchObject({
    cancelBooking: { code: 'NOT_CANCELLABLE' },
  })
})

test('an interrupted Redis loses no state: the follower is told how it stands when the connection is back', async () => {
  const buyer = await guest(b.url)
  const bookingId = await pay(buyer, await lock(buyer, 'A-5'), 'tok_requires_action')
  const follower = follow(bookingId, buyer.token)
  await heard(follower, 'REQUIRES_ACTION')
  const { actionUrl } = follower.received.at(-1)?.bookingChanged.payment ?? {}
  await world.redis.kill()
  await fetch(actionUrl ?? '', {
    ...{ method: 'POST', body: new URLSearchParams({ answer: 'approve' }), redirect: 'manual' },
  })
  await vi.waitFor(
    async () => {
      const { rows } = await world.query(
        `SELECT b.state FROM booking b JOIN booking_line l ON l.booking_id = b.id WHERE l.seat_id = 'A-5'`,
      )
      expect(rows).toEqual([{ state: 'CONFIRMED' }])
    },
    { timeout: 20_000 },
  )
  expect(statesOf(follower)).toEqual(['REQUIRES_ACTION'])
  await world.redis.start()
  await heard(follower, 'CONFIRMED')
  await follower.close()
})
