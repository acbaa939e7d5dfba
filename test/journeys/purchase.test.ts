import { afterAll, beforeAll, expect, test } from 'vitest'
import { guest, subscribe } from '../world/buyer.ts'
import { type ApiProcess, type RowlockWorld, rowlockWorld } from '../world/rowlock.ts'
import { type Hall, openHall, priceMinor } from './hall.ts'
import {
  type BookingAnswer,
  cancelBooking,
  createBooking,
  type FrameMessage,
  type LockAnswer,
  lettersOf,
  lockSeats,
  type MapAnswer,
  seatMap,
  watchSeats,
} from './operations.ts'

let world: RowlockWorld
let one: ApiProcess
let two: ApiProcess
let hall: Hall

beforeAll(async () => {
  world = await rowlockWorld()
  ;[one, two] = await Promise.all([world.api(), world.api()])
  hall = await openHall(world.database.url, 12)
})
afterAll(() => world.close())

test('a guest locks seats, pays, has tickets and cancels, while a viewer at another process sees every step', async () => {
  const alice = await guest(one.url)
  const viewer = subscribe<FrameMessage>(two.url, watchSeats, { showId: hall.showId })
  await viewer.until((frames) => frames.length > 0)
  expect(viewer.received[0]?.seatStatusChanged).toMatchObject({ changes: '' })

  const sawChange = (change: string) =>
    viewer.until((frames) => frames.some((frame) => frame.seatStatusChanged.changes.includes(change)))

  const { lockSeats: locked } = await alice.ask<LockAnswer>(lockSeats, {
    ...{ showId: hall.showId, seats: ['A-3', 'A-4'], key: 'first' },
  })
  expect(locked).toMatchObject({
    __typename: 'LockSeatsOk',
    lock: { total: { amountMinor: 2 * priceMinor } },
  })
  await sawChange('2l3l')

  const { createBooking: booked } = await alice.ask<BookingAnswer>(createBooking, {
    ...{ lockId: locked.lock?.id, method: 'tok_ok', key: 'pay' },
  })
  expect(booked.booking).toMatchObject({ state: 'CONFIRMED', total: { amountMinor: 2 * priceMinor } })
  expect(booked.booking?.tickets.map((ticket) => ticket.seatId).sort()).toEqual(['A-3', 'A-4'])
  await sawChange('2b3b')

  const bob = await guest(two.url)
  const { lockSeats: refused } = await bob.ask<LockAnswer>(lockSeats, {
    ...{ showId: hall.showId, seats: ['A-4', 'A-5'], key: 'mine' },
  })
  expect(refused).toMatchObject({
    __typename: 'SeatsUnavailable',
    seats: [{ seatId: 'A-4', status: 'BOOKED' }],
  })

  const cancelled = await alice.ask<Record<string, unknown>>(cancelBooking, { bookingId: booked.booking?.id })
  expect(cancelled).toMatchObject({ cancelBooking: { booking: { state: 'CANCELLED' } } })
  await sawChange('2a3a')
  const map = await bob.ask<MapAnswer>(seatMap, { showId: hall.showId })
  expect(lettersOf(map.seatMap.statuses, 12)).toBe('a'.repeat(12))
  await viewer.close()
})

test('a declined payment is a failed booking that gives the seats back and takes no money', async () => {
  const carol = await guest(one.url)
  const { lockSeats: locked } = await carol.ask<LockAnswer>(lockSeats, {
    ...{ showId: hall.showId, seats: ['A-8'], key: 'k' },
  })
  const { createBooking: booked } = await carol.ask<BookingAnswer>(createBooking, {
    ...{ lockId: locked.lock?.id, method: 'tok_declined', key: 'pay' },
  })
  expect(booked.booking).toMatchObject({ state: 'FAILED', tickets: [] })
  const map = await carol.ask<MapAnswer>(seatMap, { showId: hall.showId })
  expect(lettersOf(map.seatMap.statuses, 12)[7]).toBe('a')
})

test('the same booking asked for twenty times at both processes charges once', async () => {
  const dora = await guest(one.url)
  const { lockSeats: locked } = await dora.ask<LockAnswer>(lockSeats, {
    ...{ showId: hall.showId, seats: ['A-10'], key: 'k' },
  })
  const there = { ...dora, ask: (await import('../world/buyer.ts')).actor(two.url, dora.token).ask }
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      (n % 2 ? dora : there).ask<BookingAnswer>(createBooking, {
        ...{ lockId: locked.lock?.id, method: 'tok_ok', key: 'once' },
      }),
    ),
  )
  const ids = new Set(answers.map((answer) => answer.createBooking.booking?.id))
  expect(ids.size).toBe(1)
  const books = await fetch(`${world.sandbox.url}/admin/movements`)
  const { movements } = (await books.json()) as { movements: { intentId: string }[] }
  const { rows } = await world.query(
    'SELECT p.intent_id FROM payment p JOIN booking b ON b.id = p.booking_id WHERE b.show_id = $1 AND b.state = $2',
    [hall.showNo, 'CONFIRMED'],
  )
  const charged = movements.filter((movement) => movement.intentId === rows[0].intent_id)
  expect(charged).toHaveLength(1)
})

test('an API process told to stop finishes, exits with 0 and leaves the others serving', async () => {
  const three = await world.api()
  const eve = await guest(three.url)
  expect(await three.stop()).toBe(0)
  const viewerAnswer = await (await import('../world/buyer.ts'))
    .actor(two.url, eve.token)
    .ask<MapAnswer>(seatMap, { showId: hall.showId })
  expect(viewerAnswer.seatMap.stale).toBe(false)
})
