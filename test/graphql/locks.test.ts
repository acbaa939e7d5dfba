/** Locking seats through the API: what a buyer gets, and what is told of every request that cannot be met. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { printId } from '../../src/graphql/index.ts'
import { type Answer, type ApiWorld, apiWorld, pick } from './api-world.ts'

let world: ApiWorld
beforeAll(async () => {
  world = await apiWorld()
})
afterAll(() => world.close())

const showId = (name: keyof ApiWorld['hall']['shows'] = 'onSale') => printId('Show', world.hall.shows[name])

const lockFields = `lock{id state expiresInMs extended total{text} seats{seatNo seatId area row number zone category{key} price{text}}}`
const lockSeats = `mutation($showId:ID!,$seats:[String!],$areas:[AreaPlacesInput!],$lockId:ID,$key:String!){
  lockSeats(showId:$showId,seats:$seats,areas:$areas,lockId:$lockId,idempotencyKey:$key){
    __typename ...on Refusal{message code} ...on LockSeatsOk{epoch seq ${lockFields}}
    ...on SeatsUnavailable{seats{seatNo seatId status} areas{key free}}
    ...on UnknownSeats{seatIds areaKeys} ...on DuplicateSeats{seatIds areaKeys} ...on BadSeatCount{count max}
    ...on SeatLimitReached{held max} ...on ShowNotOnSale{status} ...on RateLimited{retryAfterMs} ...on BadId{id expected}
  }}`

type Variables = Record<string, unknown>
const lock = (ask: (query: string, variables: Variables) => Promise<Answer>, variables: Variables) =>
  ask(lockSeats, { showId: showId(), key: randomUUID(), ...variables })

const resultOf = ({ data, errors }: Answer) => {
  expect(errors).toBeUndefined()
  return Object.values(data as Record<string, unknown>)[0]
}

describe('a lock', () => {
  test('keeps seats and standing places at their price, grows, shrinks and goes', async () => {
    const buyer = await world.guest()
    const placed = resultOf(
      await lock(buyer.ask, { seats: ['stalls-A-2', 'stalls-B-2'], areas: [{ area: 'floor', count: 2 }] }),
    )
    expect(placed).toMatchObject({
      __typename: 'LockSeatsOk',
      lock: {
        state: 'HELD',
        extended: false,
        total: { text: '€100.00' },
        seats: [
          {
            seatNo: 1,
            seatId: 'stalls-A-2',
            area: null,
            row: 'A',
            number: '2',
            zone: 'Stalls',
            price: { text: '€45.00' },
          },
          { seatId: 'stalls-B-2', category: { key: 'back' }, price: { text: '€25.00' } },
          { area: 'floor', row: '', zone: 'Pit', price: { text: '€15.00' } },
          { area: 'floor' },
        ],
      },
    })
    expect(pick(placed, 'lock.expiresInMs')).toBeGreaterThan(290_000)
    const lockId = pick(placed, 'lock.id')
    const place = pick(placed, 'lock.seats.2.seatId')

    const grown = resultOf(await lock(buyer.ask, { seats: ['stalls-A-3'], lockId }))
    expect(grown).toMatchObject({
      __typename: 'LockSeatsOk',
      lock: { id: lockId, total: { text: '€145.00' } },
    })

    const map = await world.anonymous(
      'query($id:ID!){seatMap(showId:$id){epoch seq areas{free} seats(first:3){edges{node{status}}}}}',
      {
        id: showId(),
      },
    )
    expect(map.data).toMatchObject({
      seatMap: {
        epoch: pick(grown, 'epoch'),
        seq: pick(grown, 'seq'),
        areas: [{ free: 3 }],
        seats: {
          edges: [
            { node: { status: 'AVAILABLE' } },
            { node: { status: 'LOCKED' } },
            { node: { status: 'LOCKED' } },
          ],
        },
      },
    })

    const extend =
      'mutation($id:ID!,$key:String!){extendLock(lockId:$id,idempotencyKey:$key){__typename ...on ExtendLockOk{lock{extended}}}}'
    const key = randomUUID()
    expect(resultOf(await buyer.ask(extend, { id: lockId, key }))).toMatchObject({ lock: { extended: true } })
    expect(resultOf(await buyer.ask(extend, { id: lockId, key }))).toMatchObject({ lock: { extended: true } })
    expect(resultOf(await buyer.ask(extend, { id: lockId, key: randomUUID() }))).toEqual({
      __typename: 'AlreadyExtended',
    })

    const release = `mutation($id:ID!,$seats:[String!]){releaseLock(lockId:$id,seats:$seats){__typename ...on ReleaseLockOk{released{seatId} ${lockFields}}}}`
    expect(resultOf(await buyer.ask(release, { id: lockId, seats: ['stalls-A-2', place] }))).toMatchObject({
      __typename: 'ReleaseLockOk',
      released: [{ seatId: 'stalls-A-2' }, { seatId: place }],
      lock: { id: lockId, total: { text: '€85.00' } },
    })
    expect(resultOf(await buyer.ask(release, { id: lockId }))).toMatchObject({
      __typename: 'ReleaseLockOk',
      lock: null,
    })
    const { data } = await buyer.ask('query($id:ID!){lock(id:$id){id}}', { id: lockId })
    expect(data).toEqual({ lock: null })
  })

  test('is found again by its owner only: by id, by node, among the viewer’s locks, and with its show', async () => {
    const buyer = await world.guest()
    const other = await world.guest()
    const placed = resultOf(
      await lock(buyer.ask, { showId: showId('inYen'), seats: ['stalls-A-5', 'stalls-A-6'] }),
    )
    const id = pick(placed, 'lock.id')
    const query = `query($id:ID!,$show:ID!){lock(id:$id){id show{id venue{city}} total{text}} node(id:$id){...on SeatLock{seats{seatId}}} viewer{kind locks(showId:$show){id show{startsAtLocal}}}}`
    expect((await buyer.ask(query, { id, show: showId('inYen') })).data).toEqual({
      lock: { id, show: { id: showId('inYen'), venue: { city: 'New York' } }, total: { text: '¥9,000' } },
      node: { seats: [{ seatId: 'stalls-A-5' }, { seatId: 'stalls-A-6' }] },
      viewer: { kind: 'GUEST', locks: [{ id, show: { startsAtLocal: '2026-12-02T19:30:00' } }] },
    })
    for (const ask of [other.ask, world.anonymous]) {
      expect((await ask(query, { id, show: showId('inYen') })).data).toMatchObject({
        lock: null,
        node: null,
        viewer: { locks: [] },
      })
    }
  })

  test('repeated with the same key is the same lock, with other input it is refused', async () => {
    const buyer = await world.guest()
    const key = randomUUID()
    const first = resultOf(await lock(buyer.ask, { seats: ['stalls-A-7'], key }))
    const again = resultOf(await lock(buyer.ask, { seats: ['stalls-A-7'], key }))
    expect(pick(again, 'lock.id')).toBe(pick(first, 'lock.id'))
    expect(resultOf(await lock(buyer.ask, { seats: ['stalls-A-8'], key }))).toMatchObject({
      __typename: 'KeyReused',
    })
  })
})

describe('a lock that cannot be had says why', () => {
  test.each<[string, Variables, Record<string, unknown>]>([
    ['no seats', { seats: [] }, { __typename: 'BadSeatCount', count: 0, max: 100 }],
    ['neither seats nor areas', {}, { __typename: 'BadSeatCount', count: 0, max: 100 }],
    [
      '101 seats',
      { seats: Array.from({ length: 101 }, (_, i) => `seat-${i}`) },
      { __typename: 'BadSeatCount', count: 101, max: 100 },
    ],
    ['101 places', { areas: [{ area: 'floor', count: 101 }] }, { __typename: 'BadSeatCount', count: 101 }],
    ['minus one place', { areas: [{ area: 'floor', count: -1 }] }, { __typename: 'BadSeatCount', count: -1 }],
    [
      'seats that pay for negative places',
      { seats: ['stalls-A-1', 'stalls-A-2'], areas: [{ area: 'floor', count: -1 }] },
      { __typename: 'BadSeatCount' },
    ],
    [
      'the same seat twice',
      { seats: ['stalls-A-1', 'stalls-A-1', 'stalls-A-2'] },
      { __typename: 'DuplicateSeats', seatIds: ['stalls-A-1'], areaKeys: [] },
    ],
    [
      'the same area twice',
      {
        areas: [
          { area: 'floor', count: 1 },
          { area: 'floor', count: 1 },
        ],
      },
      { __typename: 'DuplicateSeats', areaKeys: ['floor'] },
    ],
    [
      'seats of another hall',
      { seats: ['stalls-A-1', 'balcony-Z-99'] },
      { __typename: 'UnknownSeats', seatIds: ['balcony-Z-99'], areaKeys: [] },
    ],
    [
      'an area of another hall',
      { areas: [{ area: 'pit', count: 1 }] },
      { __typename: 'UnknownSeats', seatIds: [], areaKeys: ['pit'] },
    ],
    [
      'one certain standing place',
      { seats: ['area:floor:1'] },
      { __typename: 'UnknownSeats', seatIds: ['area:floor:1'] },
    ],
    [
      'a seat that is not for sale',
      { seats: ['stalls-B-10'] },
      {
        __typename: 'SeatsUnavailable',
        seats: [{ seatNo: 19, seatId: 'stalls-B-10', status: 'NOT_FOR_SALE' }],
      },
    ],
    [
      'more places than are free',
      { areas: [{ area: 'floor', count: 6 }] },
      { __typename: 'SeatsUnavailable', areas: [{ key: 'floor' }] },
    ],
    ['an empty key', { seats: ['stalls-A-1'], key: '' }, { __typename: 'BadIdempotencyKey' }],
    ['a long key', { seats: ['stalls-A-1'], key: 'k'.repeat(65) }, { __typename: 'BadIdempotencyKey' }],
    [
      'a key of other characters',
      { seats: ['stalls-A-1'], key: 'ключ' },
      { __typename: 'BadIdempotencyKey' },
    ],
    [
      'a malformed show',
      { seats: ['stalls-A-1'], showId: '12' },
      { __typename: 'BadId', id: '12', expected: 'Show' },
    ],
    [
      'a lock id that is none',
      { seats: ['stalls-A-1'], lockId: 'x' },
      { __typename: 'BadId', expected: 'SeatLock' },
    ],
    [
      'a show that is not there',
      { seats: ['stalls-A-1'], showId: printId('Show', 999_999) },
      { __typename: 'ShowNotFound' },
    ],
    ['a lock that is not there', { seats: ['stalls-A-1'], lockId: 'gone' }, { __typename: 'LockNotFound' }],
    [
      'a lock of another show',
      { seats: ['stalls-A-1'], lockId: 'elsewhere' },
      { __typename: 'LockNotFound' },
    ],
  ])('%s', async (_what, variables, expected) => {
    const buyer = await world.guest()
    if (variables.lockId === 'gone')
      variables.lockId = printId('SeatLock', `${world.hall.shows.onSale}.${randomUUID()}`)
    if (variables.lockId === 'elsewhere')
      variables.lockId = printId('SeatLock', `${world.hall.shows.inYen}.${randomUUID()}`)
    const refused = resultOf(await lock(buyer.ask, variables))
    expect(refused).toMatchObject(expected)
    expect(pick(refused, 'message')).toMatch(/[.]$/)
  })

  test('shows that are closed, only listed, or never opened', async () => {
    const buyer = await world.guest()
    const seats = ['stalls-A-1']
    expect(resultOf(await lock(buyer.ask, { showId: showId('closed'), seats }))).toMatchObject({
      __typename: 'ShowNotOnSale',
      status: 'CLOSED',
    })
    expect(resultOf(await lock(buyer.ask, { showId: showId('unopened'), seats }))).toMatchObject({
      __typename: 'ShowNotOnSale',
      status: 'NOT_ON_SALE',
    })
    expect(resultOf(await lock(buyer.ask, { showId: showId('listed'), seats }))).toMatchObject({
      __typename: 'ShowNotFound',
    })
  })

  test('a seat that another has, by name, and the rest stays free', async () => {
    const [first, second] = [await world.guest(), await world.guest()]
    await lock(first.ask, { seats: ['stalls-A-9'] })
    expect(resultOf(await lock(second.ask, { seats: ['stalls-A-9', 'stalls-A-10'] }))).toMatchObject({
      __typename: 'SeatsUnavailable',
      code: 'SEATS_UNAVAILABLE',
      seats: [{ seatNo: 8, seatId: 'stalls-A-9', status: 'LOCKED' }],
    })
    expect(resultOf(await lock(second.ask, { seats: ['stalls-A-10'] }))).toMatchObject({
      __typename: 'LockSeatsOk',
    })
  })

  test('another’s lock is not there, whatever is asked of it', async () => {
    const [owner, thief] = [await world.guest(), await world.guest()]
    const lockId = pick(
      resultOf(await lock(owner.ask, { showId: showId('inYen'), seats: ['stalls-B-1'] })),
      'lock.id',
    )
    expect(
      resultOf(await lock(thief.ask, { showId: showId('inYen'), seats: ['stalls-B-2'], lockId })),
    ).toMatchObject({
      __typename: 'LockNotFound',
    })
    const rest = `mutation($id:ID!,$key:String!){
      a:extendLock(lockId:$id,idempotencyKey:$key){__typename} b:releaseLock(lockId:$id){__typename}}`
    expect((await thief.ask(rest, { id: lockId, key: randomUUID() })).data).toEqual({
      a: { __typename: 'LockNotFound' },
      b: { __typename: 'LockNotFound' },
    })
  })

  test('a lock of a show that has no ledger is not there', async () => {
    const buyer = await world.guest()
    const rest = `mutation($id:ID!,$key:String!){
      a:extendLock(lockId:$id,idempotencyKey:$key){__typename} b:releaseLock(lockId:$id){__typename}}`
    for (const show of [world.hall.shows.listed, world.hall.shows.unopened, 999_999]) {
      const id = printId('SeatLock', `${show}.${randomUUID()}`)
      const { data, errors } = await buyer.ask(rest, { id, key: randomUUID() })
      expect(errors).toBeUndefined()
      expect(data).toEqual({ a: { __typename: 'LockNotFound' }, b: { __typename: 'LockNotFound' } })
      expect((await buyer.ask('query($id:ID!){lock(id:$id){id}}', { id })).data).toEqual({ lock: null })
    }
  })

  test('more seats than one buyer may have', async () => {
    const buyer = await world.guest()
    const seats = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((number) => `stalls-B-${number}`)
    expect(resultOf(await lock(buyer.ask, { showId: showId('inYen'), seats: seats.slice(3) }))).toMatchObject(
      {
        __typename: 'LockSeatsOk',
      },
    )
    expect(
      resultOf(
        await lock(buyer.ask, { showId: showId('inYen'), seats: ['stalls-A-1', 'stalls-A-2', 'stalls-A-3'] }),
      ),
    ).toMatchObject({ __typename: 'SeatLimitReached', held: 6, max: 8 })
  })

  test('nobody who is not signed in', async () => {
    expect(resultOf(await lock(world.anonymous, { seats: ['stalls-A-1'] }))).toMatchObject({
      __typename: 'NotSignedIn',
    })
    const gate = await world.account('gatekeeper', 'gate')
    expect(resultOf(await lock(gate.ask, { seats: [] }))).toMatchObject({ __typename: 'BadSeatCount' })
  })
})

test('every refusal above left the log empty', () => {
  expect(world.logged()).toBe('')
})
