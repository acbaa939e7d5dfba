/** A buyer passes a ticket on through the API: what each of the two sees and can do, before and after. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { guest } from '../world/buyer.ts'
import { type ApiProcess, type RowlockWorld, rowlockWorld } from '../world/rowlock.ts'
import { type Hall, openHall } from './hall.ts'
import { type BookingAnswer, createBooking, type LockAnswer, lockSeats } from './operations.ts'

let world: RowlockWorld
let api: ApiProcess
let hall: Hall

beforeAll(async () => {
  world = await rowlockWorld()
  api = await world.api()
  hall = await openHall(world.database.url, 40)
})
afterAll(() => world.close())

type Guest = Awaited<ReturnType<typeof guest>>

interface TicketSeen {
  id: string
  state: string
  code: string | null
  qrSvg: string | null
  isYours: boolean
  isOffered: boolean
  label: { text: string }
}
const seen = 'id state code qrSvg isYours isOffered label { text }'
const bookingQuery = `query ($id: ID!) { node(id: $id) { ... on Booking { tickets { ${seen} } } } }`
const takenQuery = `{ viewer { takenTickets { ${seen} show { event { title } } } } }`

async function book(buyer: Guest, seats: string[]): Promise<string> {
  const { lockSeats: locked } = await buyer.ask<LockAnswer>(lockSeats, {
    ...{ showId: hall.showId, seats, key: seats.join('_') },
  })
  const { createBooking: booked } = await buyer.ask<BookingAnswer>(createBooking, {
    ...{ lockId: locked.lock?.id, method: 'tok_ok', key: `pay_${seats.join('_')}` },
  })
  return booked.booking?.id ?? ''
}

const ticketsIn = async (buyer: Guest, id: string) =>
  (await buyer.ask<{ node: { tickets: TicketSeen[] } }>(bookingQuery, { id })).node.tickets
const takenBy = async (taker: Guest) =>
  (await taker.ask<{ viewer: { takenTickets: TicketSeen[] } }>(takenQuery, {})).viewer.takenTickets

type Told = Record<string, { __typename: string; offer?: string; ticket?: TicketSeen; code?: string }>

const offer = async (from: Guest, ticketId: string) =>
  (
    await from.ask<Told>(
      `mutation ($id: ID!) { offerTicket(ticketId: $id) { __typename ... on OfferTicketOk { offer } ... on Refusal { code } } }`,
      { id: ticketId },
    )
  ).offerTicket
const take = async (taker: Guest, secret: string | undefined) =>
  (
    await taker.ask<Told>(
      `mutation ($offer: String!) { takeTicket(offer: $offer) {
         __typename ... on TakeTicketOk { ticket { ${seen} } } ... on Refusal { code } } }`,
      { offer: secret },
    )
  ).takeTicket
const cancel = async (buyer: Guest, id: string, seats?: string[]) =>
  (
    await buyer.ask<Told>(
      `mutation ($id: ID!, $seats: [String!]) { cancelBooking(bookingId: $id, seats: $seats) {
         __typename ... on Refusal { code } } }`,
      { id, seats },
    )
  ).cancelBooking

test('the ticket and its code move to who takes it; the buyer keeps the rest and cannot give it back', async () => {
  const [alice, bob, eve] = [await guest(api.url), await guest(api.url), await guest(api.url)]
  const booking = await book(alice, ['A-1', 'A-2'])
  const [first, second] = await ticketsIn(alice, booking)
  expect(first).toMatchObject({ isYours: true, isOffered: false, code: expect.stringMatching(/^RL1:/) })
  const offered = await offer(alice, first?.id ?? '')
  expect((await ticketsIn(alice, booking)).map(({ isOffered }) => isOffered)).toEqual([true, false])
  expect(await offer(eve, first?.id ?? '')).toMatchObject({ code: 'TICKET_NOT_FOUND' })

  const taken = await take(bob, offered?.offer)
  expect(taken?.ticket).toMatchObject({
    isYours: true,
    isOffered: false,
    label: { text: expect.stringMatching(/row A, seat 1$/) },
  })
  expect(taken?.ticket?.code).not.toBe(first?.code)
  expect(await take(eve, offered?.offer)).toMatchObject({ code: 'OFFER_NOT_FOUND' })

  expect(await takenBy(bob)).toEqual([
    expect.objectContaining({ code: taken?.ticket?.code, show: { event: { title: 'A play' } } }),
  ])
  expect(await ticketsIn(alice, booking)).toEqual([
    expect.objectContaining({ state: 'VALID', code: null, qrSvg: null, isYours: false }),
    expect.objectContaining({ code: second?.code, isYours: true }),
  ])
  expect(await bob.ask(bookingQuery, { id: booking })).toEqual({ node: null })

  const pdf = await fetch(`${api.url}/v1/bookings/${encodeURIComponent(booking)}/tickets.pdf`, {
    headers: { authorization: `Bearer ${alice.token}` },
  })
  expect((await pdf.text()).match(/\/Type \/Page\b/g)).toHaveLength(1)

  expect(await cancel(alice, booking)).toMatchObject({ code: 'TICKETS_PASSED_ON' })
  expect(await cancel(alice, booking, ['A-1'])).toMatchObject({ code: 'TICKETS_PASSED_ON' })
  expect(await cancel(alice, booking, ['A-2'])).toMatchObject({ __typename: 'CancelBookingOk' })

  const back = await offer(bob, first?.id ?? '')
  expect(await take(alice, back?.offer)).toMatchObject({ __typename: 'TakeTicketOk' })
  expect(await takenBy(bob)).toEqual([])
  expect(await cancel(alice, booking)).toMatchObject({ __typename: 'CancelBookingOk' })
})

test('of taking and giving back at the same time, one happens', async () => {
  const [alice, bob] = [await guest(api.url), await guest(api.url)]
  for (const seat of ['A-5', 'A-6', 'A-7', 'A-8', 'A-9', 'A-10']) {
    const booking = await book(alice, [seat])
    const [ticket] = await ticketsIn(alice, booking)
    const offered = await offer(alice, ticket?.id ?? '')
    const [taken, cancelled] = await Promise.all([take(bob, offered?.offer), cancel(alice, booking)])
    const isTaken = taken?.__typename === 'TakeTicketOk'
    expect(cancelled?.__typename).toBe(isTaken ? 'TicketsPassedOn' : 'CancelBookingOk')
    if (!isTaken) expect(taken?.__typename).toBe('TicketNotTransferable')
  }
})
