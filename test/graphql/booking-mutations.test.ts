/** createBooking and cancelBooking as doors: what is checked before, and every refusal behind them as data. */
import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import {
  BookingNotFound,
  BookingsAway,
  NotCancellable,
  PaymentMethodRefused,
  PaymentUndecided,
} from '../../src/booking/index.ts'
import { printId } from '../../src/graphql/index.ts'
import { KeyReused, LockInCheckout, LockNotFound, ShowNotOnSale } from '../../src/seating/index.ts'
import { type ApiWorld, apiWorld, pick } from './api-world.ts'

let world: ApiWorld
let behind: (request: unknown) => Promise<string> = async () => ''
const asked: unknown[] = []

beforeAll(async () => {
  const door = (request: unknown) => {
    asked.push(request)
    return behind(request)
  }
  world = await apiWorld({
    booking: {
      createBooking: door,
      cancelBooking: door,
      quoteLock: async () => ({ lines: [], currency: 'EUR', totalMinor: 0 }),
      cancelForHouse: door,
      cancelShow: async () => false,
      showCancellation: async () => null,
      followBooking: () => {
        throw new Error('not used here')
      },
      waitsUntil: () => null,
      cancellableUntil: ({ startsAt }) => startsAt,
    },
  })
})
afterEach(() => {
  asked.length = 0
})
afterAll(() => world.close())

const lockId = () => printId('SeatLock', `${world.hall.shows.onSale}.${randomUUID()}`)

const create = `mutation($lockId:ID!,$method:String!,$key:String!){createBooking(lockId:$lockId,paymentMethod:$method,idempotencyKey:$key){
  __typename ...on Refusal{code message} ...on TryAgain{retryAfterMs} ...on CreateBookingOk{booking{id state total{text}}}}}`
const cancel = `mutation($id:ID!){cancelBooking(bookingId:$id){__typename ...on Refusal{code} ...on NotCancellable{state} ...on TryAgain{retryAfterMs}}}`

async function pay(variables: Record<string, unknown> = {}) {
  const buyer = await world.guest()
  const { data, errors } = await buyer.ask(create, {
    lockId: lockId(),
    method: 'tok_ok',
    key: randomUUID(),
    ...variables,
  })
  expect(errors).toBeUndefined()
  return pick(data, 'createBooking')
}

test.each([
  ['a lock id that is none', { lockId: 'x' }, 'BadId'],
  ['a booking in place of a lock', { lockId: printId('Booking', randomUUID()) }, 'BadId'],
  ['an empty key', { key: '' }, 'BadIdempotencyKey'],
  ['a key of 65 characters', { key: 'k'.repeat(65) }, 'BadIdempotencyKey'],
])('%s is refused before the booking room hears of it', async (_what, variables, typename) => {
  expect(await pay(variables)).toMatchObject({ __typename: typename })
  expect(asked).toEqual([])
})

test.each([
  [new LockNotFound(), 'LockNotFound'],
  [new LockInCheckout(), 'LockInCheckout'],
  [new KeyReused(), 'KeyReused'],
  [new ShowNotOnSale('cancelled'), 'ShowNotOnSale'],
  [new PaymentMethodRefused('card_number'), 'PaymentMethodRefused'],
  [new BookingsAway(), 'TryAgain'],
])('a refused payment is data: %s', async (refusal, typename) => {
  behind = () => Promise.reject(refusal)
  expect(await pay()).toMatchObject({ __typename: typename, message: refusal.message })
})

test.each([
  [new BookingNotFound(), { __typename: 'BookingNotFound' }],
  [
    new NotCancellable('NEEDS_OPERATOR', 'needs_operator'),
    { __typename: 'NotCancellable', state: 'NEEDS_OPERATOR' },
  ],
  [new PaymentUndecided(), { __typename: 'TryAgain', code: 'TRY_AGAIN', retryAfterMs: 2000 }],
])('a refused cancelling is data: %s', async (refusal, expected) => {
  behind = () => Promise.reject(refusal)
  const buyer = await world.guest()
  const { data } = await buyer.ask(cancel, { id: printId('Booking', randomUUID()) })
  expect(data).toMatchObject({ cancelBooking: expected })
})

test('the booking room is told the lock’s own ids and who asks, and its booking is answered', async () => {
  const buyer = await world.account('ada', 'customer')
  const id = randomUUID()
  const lock = randomUUID()
  await world.pool.query(
    `INSERT INTO booking (id, show_id, buyer_id, lock_id, state, request_hash, currency, total_minor)
     VALUES ($1, $2, $3, $4, 'PENDING', 'x', 'EUR', 4500)`,
    [id, world.hall.shows.onSale, buyer.buyerId, lock],
  )
  behind = async () => id
  const { data } = await buyer.ask(create, {
    lockId: printId('SeatLock', `${world.hall.shows.onSale}.${lock}`),
    method: 'tok_ok',
    key: 'one-purchase',
  })
  expect(asked).toEqual([
    {
      showId: world.hall.shows.onSale,
      lockId: lock,
      buyerId: buyer.buyerId,
      paymentMethod: 'tok_ok',
      idempotencyKey: 'one-purchase',
    },
  ])
  expect(data).toEqual({
    createBooking: {
      __typename: 'CreateBookingOk',
      booking: { id: printId('Booking', id), state: 'PENDING', total: { text: '€45.00' } },
    },
  })
})

test('who only asks how it went is told so, whatever was done', async () => {
  const buyer = await world.account('ada', 'customer')
  const id = randomUUID()
  await world.pool.query(
    `INSERT INTO booking (id, show_id, buyer_id, lock_id, state, request_hash, currency, total_minor)
     VALUES ($1, $2, $3, $1, 'PENDING', 'x', 'EUR', 4500)`,
    [id, world.hall.shows.onSale, buyer.buyerId],
  )
  behind = async () => id
  const { data, errors } = await buyer.ask('mutation($id:ID!){cancelBooking(bookingId:$id){__typename}}', {
    id: printId('Booking', id),
  })
  expect({ data, errors }).toEqual({
    data: { cancelBooking: { __typename: 'CancelBookingOk' } },
    errors: undefined,
  })
})

test('nobody pays without being known', async () => {
  const { data } = await world.anonymous(create, { lockId: lockId(), method: 'tok_ok', key: 'k' })
  expect(data).toMatchObject({ createBooking: { __typename: 'NotSignedIn' } })
})

test('a fault behind the door is masked, and what was sent is neither told nor logged', async () => {
  behind = () => Promise.reject(new Error('inner detail'))
  const buyer = await world.guest()
  const { errors } = await buyer.ask(create, { lockId: lockId(), method: 'a-very-secret-method', key: 'k' })
  expect(errors?.[0]?.extensions).toMatchObject({ code: 'INTERNAL', requestId: expect.any(String) })
  expect(JSON.stringify(errors)).not.toContain('inner detail')
  expect(world.logged()).toContain('inner detail')
  expect(world.logged()).not.toContain('a-very-secret-method')
})

test('a card number that stands where it does not belong is not sent back', async () => {
  const { errors } = await world.anonymous('{show(id:4111111111111111){id}}')
  const said = await world.anonymous(
    'mutation($m:Int!){createBooking(lockId:"x",paymentMethod:"x",idempotencyKey:"x"){__typename} x:lockSeats(showId:$m,idempotencyKey:"x"){__typename}}',
    {
      m: '4111 1111 1111 1111',
    },
  )
  expect(JSON.stringify([errors, said])).not.toMatch(/4111[ -]?1111/)
})
