import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  AlreadyExtended,
  BadSeatCount,
  KeyReused,
  LockInCheckout,
  LockNotFound,
  SeatLimitReached,
  SeatsUnavailable,
  ShowNotOnSale,
} from '../../src/seating/index.ts'
import { buyer, type OpenedSeating, type SeatingWorld, seatingWorld, until } from './seating-world.ts'

let world: SeatingWorld
let one: OpenedSeating

beforeAll(async () => {
  world = await seatingWorld()
  one = await world.open('one')
})
afterAll(() => world.close())

const lockRequest = (showId: number, n: number, seats: number[], idempotencyKey = `k${seats.join('-')}`) => ({
  showId,
  buyerId: buyer(n),
  seats,
  areas: [],
  idempotencyKey,
})

const mapOf = async (showId: number) => (await one.seating.readMap(showId)).statuses

describe('a lock', () => {
  test('keeps all its seats or none, and names the ones that are gone', async () => {
    const showId = await world.show(one, 10)
    await one.seating.placeLock(lockRequest(showId, 1, [2, 3]))
    const refused = await one.seating.placeLock(lockRequest(showId, 2, [1, 2, 4])).catch((error) => error)
    expect(refused).toBeInstanceOf(SeatsUnavailable)
    expect(refused.seats).toEqual([{ seatNo: 2, status: 'l' }])
    expect(await mapOf(showId)).toBe('aallaaaaaa')
    expect(await one.seating.compareShow(showId)).toEqual([])
  })

  test('placed again with the same key is the same lock, also after its seats changed', async () => {
    const showId = await world.show(one, 10)
    const first = await one.seating.placeLock(lockRequest(showId, 1, [1, 2], 'same'))
    expect((await one.seating.placeLock(lockRequest(showId, 1, [2, 1], 'same'))).lockId).toBe(first.lockId)
    await one.seating.releaseLock({ showId, buyerId: buyer(1), lockId: first.lockId, seats: [1] })
    const late = await one.seating.placeLock(lockRequest(showId, 1, [1, 2], 'same'))
    expect(late.seats.map((seat) => seat.seatNo)).toEqual([2])
    expect(await one.seating.compareShow(showId)).toEqual([])
  })

  test('is not placed anew by a late repeat after it was given back', async () => {
    const showId = await world.show(one, 10)
    const lock = await one.seating.placeLock(lockRequest(showId, 1, [1], 'gone'))
    await one.seating.releaseLock({ showId, buyerId: buyer(1), lockId: lock.lockId })
    await expect(one.seating.placeLock(lockRequest(showId, 1, [1], 'gone'))).rejects.toBeInstanceOf(
      LockNotFound,
    )
    expect(await mapOf(showId)).toBe('aaaaaaaaaa')
  })

  test('refuses its key with other input', async () => {
    const showId = await world.show(one, 10)
    await one.seating.placeLock(lockRequest(showId, 1, [1], 'key'))
    await expect(one.seating.placeLock(lockRequest(showId, 1, [2], 'key'))).rejects.toBeInstanceOf(KeyReused)
  })

  test('grows seat by seat without touching its expiry, and gives back seat by seat', async () => {
    const showId = await world.show(one, 10)
    const lock = await one.seating.placeLock(lockRequest(showId, 1, [1]))
    const grown = await one.seating.placeLock({ ...lockRequest(showId, 1, [2]), lockId: lock.lockId })
    expect(grown.expiresAt).toEqual(lock.expiresAt)
    expect(grown.seats.map((seat) => seat.seatNo)).toEqual([1, 2])
    const back = await one.seating.releaseLock({
      showId,
      buyerId: buyer(1),
      lockId: lock.lockId,
      seats: [1, 9],
    })
    expect(back.released).toEqual([1])
    expect(back.lock?.seats.map((seat) => seat.seatNo)).toEqual([2])
    const rest = await one.seating.releaseLock({ showId, buyerId: buyer(1), lockId: lock.lockId })
    expect(rest).toEqual({ released: [2], lock: null })
    expect(await mapOf(showId)).toBe('aaaaaaaaaa')
    expect(await one.seating.compareShow(showId)).toEqual([])
  })

  test('of another buyer can be neither grown, released, extended, seen nor paid', async () => {
    const showId = await world.show(one, 10)
    const lock = await one.seating.placeLock(lockRequest(showId, 1, [1]))
    const stranger = { showId, buyerId: buyer(2), lockId: lock.lockId }
    const attempts = [
      () => one.seating.placeLock({ ...lockRequest(showId, 2, [2]), lockId: lock.lockId }),
      () => one.seating.releaseLock(stranger),
      () => one.seating.extendLock({ ...stranger, idempotencyKey: 'x' }),
      () => one.seating.beginCheckout({ ...stranger, bookingId: buyer(99) }),
    ]
    for (const attempt of attempts) await expect(attempt()).rejects.toBeInstanceOf(LockNotFound)
    expect(await one.seating.findLock(stranger)).toBeNull()
    expect(await mapOf(showId)).toBe('alaaaaaaaa')
  })

  test('takes the lowest free places of a standing area, and says how many are left', async () => {
    const showId = await world.show(one, 20, 20)
    const area = { key: 'pit', ranges: [[10, 14] as [number, number], [16, 18] as [number, number]] }
    const five = await one.seating.placeLock({
      ...lockRequest(showId, 1, [], 'five'),
      areas: [{ ...area, count: 5 }],
    })
    expect(five.seats.map((seat) => seat.seatNo)).toEqual([10, 11, 12, 13, 16])
    const again = await one.seating.placeLock({
      ...lockRequest(showId, 1, [], 'five'),
      areas: [{ ...area, count: 5 }],
    })
    expect(again.seats).toEqual(five.seats)
    const two = one.seating.placeLock({
      ...lockRequest(showId, 2, [0], 'two'),
      areas: [{ ...area, count: 2 }],
    })
    await expect(two).rejects.toMatchObject({ areas: [{ key: 'pit', free: 1 }], seats: [] })
    expect((await mapOf(showId))[0]).toBe('a')
  })

  test('counts towards its buyer`s limit for the show, over all locks and until given back', async () => {
    const showId = await world.show(one, 20, 4)
    const lock = await one.seating.placeLock(lockRequest(showId, 1, [0, 1, 2]))
    const refused = await one.seating.placeLock(lockRequest(showId, 1, [5, 6])).catch((error) => error)
    expect(refused).toBeInstanceOf(SeatLimitReached)
    expect(refused).toMatchObject({ held: 3, max: 4 })
    await one.seating.releaseLock({ showId, buyerId: buyer(1), lockId: lock.lockId, seats: [0] })
    await one.seating.placeLock(lockRequest(showId, 1, [5, 6]))
  })

  test('of 0 or 101 seats is refused, and so is one for a show that is not on sale', async () => {
    const showId = await world.show(one, 200, 200)
    const many = Array.from({ length: 101 }, (_, index) => index)
    await expect(one.seating.placeLock(lockRequest(showId, 1, [], 'none'))).rejects.toBeInstanceOf(
      BadSeatCount,
    )
    await expect(one.seating.placeLock(lockRequest(showId, 1, many, 'many'))).rejects.toMatchObject({
      max: 100,
    })
    await expect(one.seating.placeLock(lockRequest(999_999, 1, [1]))).rejects.toBeInstanceOf(ShowNotOnSale)
    await one.seating.closeSale({ showId, status: 'closed' })
    await expect(one.seating.placeLock(lockRequest(showId, 1, [1]))).rejects.toMatchObject({
      status: 'closed',
    })
  })

  test('decided before the sale was closed and not yet claimed is undone', async () => {
    const showId = await world.show(one, 10)
    await one.seating.placeLock(lockRequest(showId, 2, [9]))
    await one.pool.query(`UPDATE show_ledger SET status = 'closed' WHERE show_id = $1`, [showId])
    await expect(one.seating.placeLock(lockRequest(showId, 1, [1]))).rejects.toBeInstanceOf(ShowNotOnSale)
    expect(await mapOf(showId)).toBe('aaaaaaaaal')
    expect(await one.seating.compareShow(showId)).toEqual([])
  })

  test('is extended once, repeatably, in the ledger and in the claims', async () => {
    const showId = await world.show(one, 10)
    const lock = await one.seating.placeLock(lockRequest(showId, 1, [1]))
    const mine = { showId, buyerId: buyer(1), lockId: lock.lockId }
    const extended = await one.seating.extendLock({ ...mine, idempotencyKey: 'a' })
    expect(extended.expiresAt.getTime()).toBe(lock.expiresAt.getTime() + 300_000)
    expect(await one.seating.extendLock({ ...mine, idempotencyKey: 'a' })).toMatchObject({
      expiresAt: extended.expiresAt,
    })
    await expect(one.seating.extendLock({ ...mine, idempotencyKey: 'b' })).rejects.toBeInstanceOf(
      AlreadyExtended,
    )
    const { rows } = await one.pool.query('SELECT expires_at, extended FROM seat_claim WHERE show_id = $1', [
      showId,
    ])
    expect(rows).toEqual([{ expires_at: extended.expiresAt, extended: true }])
  })

  test('in checkout belongs to one booking, cannot be given back, and does not expire', async () => {
    const short = await world.open('short', { times: { lockTtlMs: 150 } })
    const showId = await world.show(one, 10)
    const lock = await short.seating.placeLock(lockRequest(showId, 1, [1]))
    const mine = { showId, buyerId: buyer(1), lockId: lock.lockId }
    await short.seating.beginCheckout({ ...mine, bookingId: buyer(70) })
    await short.seating.beginCheckout({ ...mine, bookingId: buyer(70) })
    const other = short.seating.beginCheckout({ ...mine, bookingId: buyer(71) })
    await expect(other).rejects.toBeInstanceOf(LockInCheckout)
    await expect(short.seating.releaseLock(mine)).rejects.toBeInstanceOf(LockInCheckout)
    const rival = await short.seating.placeLock(lockRequest(showId, 2, [2]))
    await until('the rival`s lock to expire', async () => {
      const found = await short.seating.findLock({ showId, buyerId: buyer(2), lockId: rival.lockId })
      return found === null
    })
    await short.seating.sweepShow(showId)
    expect(await mapOf(showId)).toBe('alaaaaaaaa')
  })

  test('frees its seats on time by itself, and again for whoever takes them', async () => {
    const short = await world.open('shorter', { times: { lockTtlMs: 200 } })
    const showId = await world.show(one, 10)
    const lock = await short.seating.placeLock(lockRequest(showId, 1, [1, 2]))
    await until('the map to show the seats free', async () => (await mapOf(showId)) === 'aaaaaaaaaa', 2_000)
    const mine = { showId, buyerId: buyer(1), lockId: lock.lockId }
    await expect(short.seating.extendLock({ ...mine, idempotencyKey: 'x' })).rejects.toBeInstanceOf(
      LockNotFound,
    )
    await expect(short.seating.beginCheckout({ ...mine, bookingId: buyer(9) })).rejects.toBeInstanceOf(
      LockNotFound,
    )
    // The claims of the expired lock are still there: the new lock takes them over.
    await one.seating.placeLock(lockRequest(showId, 2, [1, 2]))
    const { rows } = await one.pool.query('SELECT DISTINCT buyer_id FROM seat_claim WHERE show_id = $1', [
      showId,
    ])
    expect(rows).toEqual([{ buyer_id: buyer(2) }])
    expect(await one.seating.compareShow(showId)).toEqual([])
  })

  test('finds seats off sale taken, and seats put back on sale free', async () => {
    const showId = await world.show(one, 10)
    await one.seating.placeLock(lockRequest(showId, 1, [5]))
    await one.seating.closeSeats({ showId, seats: [1, 2] })
    await expect(one.seating.closeSeats({ showId, seats: [4, 5] })).rejects.toBeInstanceOf(SeatsUnavailable)
    expect(await mapOf(showId)).toBe('annaalaaaa')
    await expect(one.seating.placeLock(lockRequest(showId, 2, [1]))).rejects.toMatchObject({
      seats: [{ seatNo: 1, status: 'n' }],
    })
    await one.seating.openSeats({ showId, seats: [1, 2, 5] })
    expect(await mapOf(showId)).toBe('aaaaalaaaa')
    expect(await one.seating.compareShow(showId)).toEqual([])
  })
})
