/** What a buyer takes along: the printed tickets and the calendar entry, for nobody else. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { guest } from '../world/buyer.ts'
import { type ApiProcess, type RowlockWorld, rowlockWorld } from '../world/rowlock.ts'
import { type Hall, openHall } from './hall.ts'
import { type BookingAnswer, cancelBooking, createBooking, type LockAnswer, lockSeats } from './operations.ts'

let world: RowlockWorld
let api: ApiProcess
let hall: Hall

beforeAll(async () => {
  world = await rowlockWorld()
  api = await world.api({ PUBLIC_URL: 'https://tickets.example' })
  hall = await openHall(world.database.url, 40)
})
afterAll(() => world.close())

type Buyer = Awaited<ReturnType<typeof guest>>

async function book(buyer: Buyer, seats: string[], method = 'tok_ok'): Promise<string> {
  const { lockSeats: locked } = await buyer.ask<LockAnswer>(lockSeats, {
    ...{ showId: hall.showId, seats, key: seats.join('_') },
  })
  const { createBooking: booked } = await buyer.ask<BookingAnswer>(createBooking, {
    ...{ lockId: locked.lock?.id, method, key: `pay_${seats.join('_')}` },
  })
  return booked.booking?.id ?? ''
}

async function take(file: string, bookingId: string, token?: string) {
  const response = await fetch(`${api.url}/v1/bookings/${encodeURIComponent(bookingId)}/${file}`, {
    headers: token ? { authorization: `Bearer ${token}` } : {},
  })
  const text = await response.text()
  const code = text.startsWith('{') ? JSON.parse(text).errors[0].extensions.code : null
  return { status: response.status, headers: response.headers, text, code }
}

test('its buyer gets a page for each ticket, and a date for the calendar, never to be cached', async () => {
  const alice = await guest(api.url)
  const booking = await book(alice, ['A-1', 'A-2'])
  const pdf = await take('tickets.pdf', booking, alice.token)
  expect(pdf.status).toBe(200)
  expect(pdf.headers.get('content-type')).toBe('application/pdf')
  expect(pdf.headers.get('content-disposition')).toBe('attachment; filename="tickets.pdf"')
  expect(pdf.headers.get('cache-control')).toBe('no-store')
  expect(pdf.text.match(/\/Type \/Page\b/g)).toHaveLength(2)
  const calendar = await take('calendar.ics', booking, alice.token)
  expect(calendar.headers.get('content-type')).toBe('text/calendar; charset=utf-8; method=PUBLISH')
  expect(calendar.text).toContain('@tickets.example')
})

test('after a cancellation there is nothing to print, and the calendar strikes it out', async () => {
  const bob = await guest(api.url)
  const booking = await book(bob, ['A-4'])
  await bob.ask(cancelBooking, { bookingId: booking })
  expect(await take('tickets.pdf', booking, bob.token)).toMatchObject({ status: 409, code: 'NO_TICKETS' })
  expect((await take('calendar.ics', booking, bob.token)).text).toContain('METHOD:CANCEL')
})

test('what is not paid has neither', async () => {
  const carol = await guest(api.url)
  const booking = await book(carol, ['A-6'], 'tok_declined')
  for (const file of ['tickets.pdf', 'calendar.ics'])
    expect(await take(file, booking, carol.token)).toMatchObject({ status: 409, code: 'NO_TICKETS' })
})

test('a stranger learns nothing, not even that there is such a booking', async () => {
  const [alice, stranger] = [await guest(api.url), await guest(api.url)]
  const booking = await book(alice, ['A-8'])
  const made = Buffer.from('Booking:6f6f1a3e-0000-4000-8000-000000000001').toString('base64')
  for (const file of ['tickets.pdf', 'calendar.ics']) {
    const [theirs, none] = [await take(file, booking, stranger.token), await take(file, made, stranger.token)]
    expect(theirs).toMatchObject({ status: 404, code: 'BOOKING_NOT_FOUND' })
    expect(none).toMatchObject({ status: 404, code: 'BOOKING_NOT_FOUND' })
    expect(await take(file, booking)).toMatchObject({ status: 401, code: 'NOT_SIGNED_IN' })
    expect(await take(file, booking, 'nonsense')).toMatchObject({ status: 401 })
    expect(await take(file, 'nonsense', stranger.token)).toMatchObject({ status: 400, code: 'BAD_ID' })
    expect(await take(file, Buffer.from('Show:1').toString('base64'), stranger.token)).toMatchObject({
      status: 400,
    })
  }
})

test('who downloads without end is told when to go on', async () => {
  const dave = await guest(api.url)
  const booking = await book(dave, ['A-10'])
  const answers = await Promise.all(
    Array.from({ length: 40 }, () => take('calendar.ics', booking, dave.token)),
  )
  const refused = answers.filter(({ status }) => status === 429)
  expect(refused.length).toBeGreaterThan(5)
  for (const { code, headers } of refused) {
    expect(code).toBe('RATE_LIMITED')
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
  }
})
