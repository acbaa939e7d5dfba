/** What is another's cannot be read, changed or cancelled, and whether it exists is not to be learned. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { printId } from '../../src/graphql/index.ts'
import { pick } from './api-world.ts'
import { book, lockOne, operations } from './attack-operations.ts'
import { type Ask, type AttackWorld, attackWorld } from './attack-world.ts'

let world: AttackWorld
let owner: { token: string; ask: Ask }
let strangers: Record<string, Ask>
let lockId: string
let bookingId: string
/** The ticket's id as the owner sees it. */
let ticketId: string

beforeAll(async () => {
  world = await attackWorld()
  owner = await world.guest()
  bookingId = await book(owner.ask, await lockOne(owner.ask, world.showId(), 'stalls-A-1'))
  lockId = await lockOne(owner.ask, world.showId(), 'stalls-A-2')
  const { data } = await owner.ask('query($id:ID!){node(id:$id){...on Booking{tickets{id}}}}', {
    id: bookingId,
  })
  ticketId = String(pick(data, 'node.tickets.0.id'))
  strangers = {
    nobody: world.ask,
    'another guest': (await world.guest()).ask,
    'a customer': (await world.account('customer', 'eve')).ask,
    'a person at the gate': (await world.account('gate', 'gatekeeper')).ask,
  }
})
afterAll(() => world.close())

const fields = `...on Booking{id state total{text} lines{seatId} tickets{id} payment{state actionUrl} refunds{state} history{reason} failure}
  ...on SeatLock{id seats{seatId} total{text} booking{id} quote{__typename}}`

const others = ['nobody', 'another guest', 'a customer', 'a person at the gate']
const made = {
  booking: () => printId('Booking', randomUUID()),
  lock: () => printId('SeatLock', `${world.hall.shows.onSale}.${randomUUID()}`),
  ticket: () => printId('Ticket', randomUUID()),
}

describe.each(others)('to %s', (name) => {
  const ask: Ask = (query, variables) => {
    const stranger = strangers[name]
    if (!stranger) throw new Error(name)
    return stranger(query, variables)
  }

  test('bookings and locks look like ones that never were, by every way to them', async () => {
    for (const [real, madeUp] of [
      [bookingId, made.booking()],
      [lockId, made.lock()],
    ]) {
      const query = `query($id:ID!){node(id:$id){__typename ${fields}}}`
      const [one, other] = [await ask(query, { id: real }), await ask(query, { id: madeUp })]
      expect(one.text).toBe(other.text)
      expect(one.data).toEqual({ node: null })
    }
    expect((await ask('query($id:ID!){lock(id:$id){id}}', { id: lockId })).data).toEqual({ lock: null })
    const mine = await ask('query($id:ID!){viewer{locks(showId:$id){id} bookings{edges{node{id}}}}}', {
      id: world.showId(),
    })
    expect(mine.data).toEqual({ viewer: { locks: [], bookings: { edges: [] } } })
  })

  test.each([
    ['cancelBooking', operations.cancelBooking, () => ({ id: bookingId }), () => ({ id: made.booking() })],
    ['releaseLock', operations.releaseLock, () => ({ lockId }), () => ({ lockId: made.lock() })],
    [
      'extendLock',
      operations.extendLock,
      () => ({ lockId, key: 'k' }),
      () => ({ lockId: made.lock(), key: 'k' }),
    ],
    [
      'createBooking',
      operations.createBooking,
      () => ({ lockId, method: 'tok_ok', key: 'k' }),
      () => ({ lockId: made.lock(), method: 'tok_ok', key: 'k' }),
    ],
    [
      'reissueTicket',
      'mutation($id:ID!){reissueTicket(ticketId:$id,codeGeneration:1){__typename ...on Refusal{code message}}}',
      () => ({ id: ticketId }),
      () => ({ id: made.ticket() }),
    ],
    [
      'offerTicket',
      'mutation($id:ID!){offerTicket(ticketId:$id){__typename ...on Refusal{code message}}}',
      () => ({ id: ticketId }),
      () => ({ id: made.ticket() }),
    ],
    [
      'withdrawTicketOffer',
      'mutation($id:ID!){withdrawTicketOffer(ticketId:$id){__typename ...on Refusal{code message}}}',
      () => ({ id: ticketId }),
      () => ({ id: made.ticket() }),
    ],
  ] as const)(
    '%s answers the same for what exists and what does not, and changes nothing',
    async (_name, query, real, madeUp) => {
      const [one, other] = [await ask(query, real()), await ask(query, madeUp())]
      expect(one.text).toBe(other.text)
      expect(one.text).toMatch(/_NOT_FOUND|NOT_SIGNED_IN/)
      const { data } = await owner.ask(
        'query($b:ID!,$l:ID!){node(id:$b){...on Booking{state tickets{state}}} lock(id:$l){state extended}}',
        {
          ...{ b: bookingId, l: lockId },
        },
      )
      expect(data).toEqual({
        node: { state: 'CONFIRMED', tickets: [{ state: 'VALID' }] },
        lock: { state: 'HELD', extended: false },
      })
    },
  )

  test('a cursor made of another’s booking is the same as one made of nothing', async () => {
    const cursor = (id: string) => Buffer.from(`GPC:S:${id}`).toString('base64')
    const inner = Buffer.from(bookingId, 'base64').toString().split(':')[1] ?? ''
    for (const page of ['first:5,after:$c', 'last:5,before:$c']) {
      const query = `query($c:String){viewer{bookings(${page}){edges{node{id}} pageInfo{hasNextPage hasPreviousPage}}}}`
      const one = await ask(query, { c: cursor(inner) })
      const other = await ask(query, { c: cursor(randomUUID()) })
      expect(one.text).toBe(other.text)
    }
  })
})

test('a buyer with bookings of their own cannot place another’s among them by its cursor', async () => {
  const later = await world.guest()
  const own = await book(later.ask, await lockOne(later.ask, world.showId(), 'stalls-A-5'))
  const query = 'query($c:String){viewer{bookings(first:5,after:$c){edges{cursor node{id}}}}}'
  const inner = (id: string) => Buffer.from(id, 'base64').toString().split(':')[1] ?? ''
  const cursorOf = (id: string) => Buffer.from(`GPC:S:${id}`).toString('base64')
  // Continuing from the owner's booking in the other direction of time would show the buyer's own.
  const probe = await owner.ask(query, { c: cursorOf(inner(own)) })
  const nothing = await owner.ask(query, { c: cursorOf(randomUUID()) })
  expect(probe.text).toBe(nothing.text)
  expect(probe.errors[0]?.extensions.code).toBe('BAD_CURSOR')
  const honest = await later.ask(query, { c: cursorOf(inner(own)) })
  expect(honest.data).toEqual({ viewer: { bookings: { edges: [] } } })
})

test('people of the house see bookings, and neither pay, cancel nor confirm for the buyer', async () => {
  const { ask } = await world.account('organiser', 'director')
  const buyer = await world.guest()
  const waiting = await book(
    buyer.ask,
    await lockOne(buyer.ask, world.showId(), 'stalls-A-6'),
    'tok_requires_action',
  )
  const query = 'query($id:ID!){node(id:$id){...on Booking{state payment{state actionUrl} tickets{id}}}}'
  const seen = pick((await ask(query, { id: waiting })).data, 'node')
  expect(seen).toMatchObject({
    state: 'REQUIRES_ACTION',
    payment: { state: 'REQUIRES_ACTION', actionUrl: null },
  })
  expect(pick((await buyer.ask(query, { id: waiting })).data, 'node.payment.actionUrl')).toMatch(/^http/)
  expect(pick((await ask(operations.cancelBooking, { id: waiting })).data, 'cancelBooking.code')).toBe(
    'BOOKING_NOT_FOUND',
  )
  const { data } = await ask('query($id:ID!){lock(id:$id){id}}', { id: lockId })
  expect(data).toEqual({ lock: null })
})

test('a ticket code is shown to its buyer only', async () => {
  const query = 'query($id:ID!){node(id:$id){...on Booking{tickets{code qrSvg}}}}'
  const { ask } = await world.account('admin', 'root')
  expect(pick((await owner.ask(query, { id: bookingId })).data, 'node.tickets.0.code')).toEqual(
    expect.any(String),
  )
  expect(pick((await ask(query, { id: bookingId })).data, 'node.tickets.0')).toEqual({
    code: null,
    qrSvg: null,
  })
})

test('all of this left the process alive and without a fault', async () => {
  expect(world.faults()).toEqual([])
  expect(await world.isAlive()).toBe(true)
})
