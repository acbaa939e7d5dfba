/** Whose bookings are seen by whom, what they say, what that costs in SQL, and how often one may ask. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { printId } from '../../src/graphql/index.ts'
import { type ApiWorld, apiWorld, pick } from './api-world.ts'

type Actor = Awaited<ReturnType<ApiWorld['account']>>

let world: ApiWorld
let ada: Actor
let bob: Actor
let paid: string
let waiting: string

beforeAll(async () => {
  world = await apiWorld()
  ada = await world.account('ada', 'customer')
  bob = await world.account('bob', 'customer')
  paid = await store(ada.buyerId, 'CONFIRMED', [0, 1])
  waiting = await store(ada.buyerId, 'REQUIRES_ACTION', [2])
  await store(bob.buyerId, 'FAILED', [3])
})
afterAll(() => world.close())

/** A booking as the booking room writes it. */
async function store(buyerId: string, state: string, seats: number[]): Promise<string> {
  const id = randomUUID()
  const paymentId = randomUUID()
  const { pool } = world
  await pool.query(
    `INSERT INTO booking (id, show_id, buyer_id, lock_id, state, request_hash, currency, total_minor, failure)
     VALUES ($1, $2, $3, $4, $5, 'x', 'EUR', $6, $7)`,
    [
      id,
      world.hall.shows.onSale,
      buyerId,
      randomUUID(),
      state,
      4500 * seats.length,
      state === 'FAILED' ? 'Declined.' : null,
    ],
  )
  const isPaid = state === 'CONFIRMED'
  const paymentState = isPaid ? 'SUCCEEDED' : state === 'FAILED' ? 'DECLINED' : 'REQUIRES_ACTION'
  await pool.query(
    `INSERT INTO payment (id, booking_id, state, gateway, gateway_key, method, currency, amount_minor, action_url)
     VALUES ($1, $2, $3, 'sandbox', $4, 'tok', 'EUR', $5, 'https://bank.example/confirm')`,
    [paymentId, id, paymentState, randomUUID(), 4500 * seats.length],
  )
  for (const seatNo of seats) {
    await pool.query(
      `INSERT INTO booking_line (booking_id, seat_no, seat_id, category, amount_minor, price_minor)
       VALUES ($1, $2, $3, 'front', 4500, 4500)`,
      [id, seatNo, `stalls-A-${seatNo + 1}`],
    )
    if (isPaid) {
      await pool.query('INSERT INTO ticket (id, booking_id, show_id, seat_no) VALUES ($1, $2, $3, $4)', [
        randomUUID(),
        id,
        world.hall.shows.onSale,
        seatNo,
      ])
    }
  }
  await pool.query(`INSERT INTO booking_change (booking_id, to_state, reason) VALUES ($1, $2, 'created')`, [
    id,
    state,
  ])
  return id
}

const fields = `id state total{text} failure lines{seatNo seatId category price{text}} tickets{seatId seatNo state}
  payment{state actionUrl amount{text}} refunds{state} history{from to reason} show{startsAtLocal venue{name}}`
const mine = `{viewer{kind roles bookings(first:10){edges{node{${fields}}}}}}`

describe('bookings', () => {
  test('are the viewer’s own, newest first, with seats, money and tickets', async () => {
    const { data, errors } = await ada.ask(mine)
    expect(errors).toBeUndefined()
    expect(data).toMatchObject({
      viewer: {
        kind: 'ACCOUNT',
        roles: ['CUSTOMER'],
        bookings: {
          edges: [
            {
              node: {
                state: 'REQUIRES_ACTION',
                tickets: [],
                payment: { state: 'REQUIRES_ACTION', actionUrl: 'https://bank.example/confirm' },
              },
            },
            {
              node: {
                id: printId('Booking', paid),
                state: 'CONFIRMED',
                total: { text: '€90.00' },
                failure: null,
                lines: [
                  { seatNo: 0, seatId: 'stalls-A-1', category: 'front', price: { text: '€45.00' } },
                  { seatNo: 1, seatId: 'stalls-A-2' },
                ],
                tickets: [
                  { seatId: 'stalls-A-1', seatNo: 0, state: 'VALID' },
                  { seatId: 'stalls-A-2', seatNo: 1, state: 'VALID' },
                ],
                payment: { state: 'SUCCEEDED', actionUrl: null, amount: { text: '€90.00' } },
                refunds: [],
                history: [{ from: null, to: 'CONFIRMED', reason: 'created' }],
                show: { startsAtLocal: '2026-12-01T19:30:00', venue: { name: 'Philharmonie' } },
              },
            },
          ],
        },
      },
    })
    expect((await world.anonymous(mine)).data).toEqual({
      viewer: { kind: 'ANONYMOUS', roles: [], bookings: { edges: [] } },
    })
  })

  test('are paged by their time', async () => {
    const page = (args: string) =>
      ada.ask(`{viewer{bookings(${args}){edges{node{id}} pageInfo{hasNextPage endCursor}}}}`)
    const first = await page('first:1')
    expect(first.data).toMatchObject({
      viewer: {
        bookings: { edges: [{ node: { id: printId('Booking', waiting) } }], pageInfo: { hasNextPage: true } },
      },
    })
    const second = await page(`first:1,after:"${pick(first.data, 'viewer.bookings.pageInfo.endCursor')}"`)
    expect(second.data).toMatchObject({
      viewer: {
        bookings: { edges: [{ node: { id: printId('Booking', paid) } }], pageInfo: { hasNextPage: false } },
      },
    })
  })

  test('of others are not there, except for those who work for the house', async () => {
    const query = `query($id:ID!){node(id:$id){...on Booking{${fields}}}}`
    const id = printId('Booking', waiting)
    expect((await ada.ask(query, { id })).data).toMatchObject({ node: { id } })
    const guest = await world.guest()
    const gate = await world.account('gatekeeper', 'gate')
    for (const ask of [bob.ask, guest.ask, gate.ask, world.anonymous]) {
      expect((await ask(query, { id })).data).toEqual({ node: null })
    }
    for (const role of ['organiser', 'admin'] as const) {
      const { ask } = await world.account(`the ${role}`, role)
      const { data, errors } = await ask(query, { id })
      expect(errors).toBeUndefined()
      // The link to the buyer's bank is the buyer's alone.
      expect(data).toMatchObject({ node: { id, payment: { state: 'REQUIRES_ACTION', actionUrl: null } } })
    }
  })

  test('with all that hangs on them take the same number of statements, however many there are', async () => {
    const count = async () =>
      (
        await world.statements(async () => {
          expect((await ada.ask(mine)).errors).toBeUndefined()
        })
      ).length
    const few = await count()
    for (let i = 0; i < 5; i++) await store(ada.buyerId, 'REQUIRES_ACTION', [10 + i])
    expect(await count()).toBe(few)
    // Bookings, lines, tickets, payments with the booking they ask whose it is, refunds, history, shows, venues.
    expect(few).toBe(9)
  })

  test('a booking with seats and tickets takes three', async () => {
    const query = '{viewer{bookings{edges{node{state lines{seatId price{text}} tickets{seatId state}}}}}}'
    const statements = await world.statements(() => ada.ask(query))
    expect(statements.length).toBe(3)
  })
})

describe('limits on how often', () => {
  test('say when to try again, per buyer and per address', async () => {
    const calm = await apiWorld({
      rates: {
        seat_selection: { points: 2, windowS: 60 },
        booking: { points: 1, windowS: 60 },
        guest_session: { points: 1, windowS: 60 },
      },
    })
    try {
      const buyer = await calm.guest()
      const other = await calm.guest()
      const release =
        'mutation{releaseLock(lockId:"x"){__typename ...on RateLimited{retryAfterMs code message}}}'
      for (let i = 0; i < 2; i++) {
        expect((await buyer.ask(release)).data).toEqual({ releaseLock: { __typename: 'BadId' } })
      }
      const limited = (await buyer.ask(release)).data
      expect(limited).toMatchObject({ releaseLock: { __typename: 'RateLimited', code: 'RATE_LIMITED' } })
      expect(pick(limited, 'releaseLock.retryAfterMs')).toBeGreaterThan(50_000)
      expect((await other.ask(release)).data).toEqual({ releaseLock: { __typename: 'BadId' } })

      const cancel = 'mutation{cancelBooking(bookingId:"x"){__typename}}'
      expect((await buyer.ask(cancel)).data).toEqual({ cancelBooking: { __typename: 'BadId' } })
      expect((await buyer.ask(cancel)).data).toEqual({ cancelBooking: { __typename: 'RateLimited' } })

      const start = 'mutation{startGuestSession{__typename}}'
      expect((await calm.anonymous(start)).data).toEqual({
        startGuestSession: { __typename: 'StartGuestSessionOk' },
      })
      expect((await calm.anonymous(start)).data).toEqual({ startGuestSession: { __typename: 'RateLimited' } })
    } finally {
      await calm.close()
    }
  })
})

describe('ticket codes', () => {
  const codes = `query($id:ID!){node(id:$id){...on Booking{tickets{id state codeGeneration code qrSvg}}}}`
  type Codes = {
    node: { tickets: { id: string; codeGeneration: number; code: string | null; qrSvg: string | null }[] }
  }
  const look = async (actor: Actor) =>
    (await actor.ask(codes, { id: printId('Booking', paid) })).data as unknown as Codes
  const reissue = `mutation($id:ID!,$n:Int!){reissueTicket(ticketId:$id,codeGeneration:$n){__typename ...on Refusal{code} ...on ReissueTicketOk{codeGeneration}}}`

  test('are shown to the buyer, as text and as QR code, the same every time', async () => {
    const first = await look(ada)
    for (const { code, qrSvg } of first.node.tickets) {
      expect(code).toMatch(/^RL1:/)
      expect(qrSvg).toMatch(/^<svg .*<title>Ticket for seat stalls-A-/)
    }
    expect(await look(ada)).toEqual(first)
    expect(world.logged()).not.toContain('RL1:')
  })

  test('are shown to nobody else, the people of the house included', async () => {
    const organiser = await world.account('olga', 'organiser')
    for (const { code, qrSvg } of (await look(organiser)).node.tickets)
      expect([code, qrSvg]).toEqual([null, null])
    expect((await look(bob)).node).toBeNull()
  })

  test('are replaced by their buyer, once however often it is asked', async () => {
    const [ticket] = (await look(ada)).node.tickets
    const replace = { id: ticket?.id, n: ticket?.codeGeneration }
    const done = { reissueTicket: { __typename: 'ReissueTicketOk', codeGeneration: 2 } }
    expect((await ada.ask(reissue, replace)).data).toEqual(done)
    expect((await ada.ask(reissue, replace)).data).toEqual(done)
    const [now] = (await look(ada)).node.tickets
    expect(now?.code).not.toBe(ticket?.code)
    const foreign = { reissueTicket: { __typename: 'TicketNotFound', code: 'TICKET_NOT_FOUND' } }
    expect((await bob.ask(reissue, replace)).data).toEqual(foreign)
    expect((await ada.ask(reissue, { ...replace, id: 'x' })).data).toMatchObject({
      reissueTicket: { __typename: 'BadId' },
    })
  })
})
