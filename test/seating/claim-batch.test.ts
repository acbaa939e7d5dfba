import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openPostgres, postgresDefaults } from '../../src/platform/postgres.ts'
import { ClaimBatch, NotSent } from '../../src/seating/claim-batch.ts'
import { seatingLimits } from '../../src/seating/index.ts'
import type { Taking } from '../../src/seating/take-claims.ts'
import { cutProxy } from './cut-proxy.ts'
import { buyer, type OpenedSeating, type SeatingWorld, seatingWorld } from './seating-world.ts'

let world: SeatingWorld
let one: OpenedSeating
let showId: number
let epoch: number

beforeAll(async () => {
  world = await seatingWorld()
  one = await world.open('one')
})
afterAll(() => world.close())

beforeEach(async () => {
  showId = await world.show(one, 50)
  epoch = (await one.seating.readMap(showId)).epoch
})

const openBatch = (limits = {}) =>
  new ClaimBatch({ pool: one.pool, nowMs: () => performance.now(), limits: { ...seatingLimits, ...limits } })

const taking = (n: number, seats: number[], overrides: Partial<Taking> = {}): Taking => ({
  ...{ showId, epoch, decidedAt: new Date(1_000_000), expiresAt: new Date(2_000_000) },
  ...{ lockId: buyer(1000 + n), buyerId: buyer(n), seats },
  ...overrides,
})

const soon = () => performance.now() + 5_000

async function owners(): Promise<Record<number, string>> {
  const { rows } = await one.pool.query('SELECT seat_no, buyer_id FROM seat_claim WHERE show_id = $1', [
    showId,
  ])
  return Object.fromEntries(rows.map((row) => [row.seat_no, row.buyer_id]))
}

describe('a batch', () => {
  test('with a conflicting member takes everything of the others and nothing of that one', async () => {
    const batch = openBatch({ batchesInFlightMax: 1 })
    await batch.take(taking(9, [3]), soon())
    const verdicts = await Promise.all([
      batch.take(taking(8, [40]), soon()),
      batch.take(taking(1, [1, 2]), soon()),
      batch.take(taking(2, [3, 4, 5]), soon()),
      batch.take(taking(3, [6]), soon()),
    ])
    expect(verdicts.map((verdict) => verdict.tag)).toEqual(['taken', 'taken', 'conflict', 'taken'])
    expect(verdicts[2]).toMatchObject({ seats: [3] })
    expect(await owners()).toEqual({
      ...{ 1: buyer(1), 2: buyer(1), 3: buyer(9), 6: buyer(3), 40: buyer(8) },
    })
  })

  test('with the same lock twice and the same seat twice answers each, one after the other', async () => {
    const batch = openBatch({ batchesInFlightMax: 1 })
    const verdicts = await Promise.all([
      batch.take(taking(8, [40]), soon()),
      batch.take(taking(1, [1]), soon()),
      batch.take(taking(1, [1]), soon()),
      batch.take(taking(2, [1]), soon()),
      batch.take(taking(1, [2]), soon()),
    ])
    expect(verdicts.map((verdict) => verdict.tag)).toEqual(['taken', 'taken', 'taken', 'conflict', 'taken'])
    expect(await owners()).toEqual({ 1: buyer(1), 2: buyer(1), 40: buyer(8) })
  })

  test('whose COMMIT answer is lost is asked again before anyone is told, and finds its own rows', async () => {
    const proxy = await cutProxy(world.database.url)
    const postgres = openPostgres({ ...postgresDefaults, url: proxy.url }, () => {})
    const batch = new ClaimBatch({
      pool: postgres.pool,
      nowMs: () => performance.now(),
      limits: seatingLimits,
    })
    await batch.take(taking(9, [9]), soon())
    proxy.loseAnswerTo('take_claims')
    const verdicts = await Promise.all([
      batch.take(taking(1, [1, 2]), soon()),
      batch.take(taking(2, [9]), soon()),
    ])
    expect(proxy.cuts()).toBe(1)
    expect(verdicts.map((verdict) => verdict.tag)).toEqual(['taken', 'conflict'])
    expect(await owners()).toEqual({ 1: buyer(1), 2: buyer(1), 9: buyer(9) })
    await postgres.close()
    await proxy.close()
  })

  test('refuses takings of another epoch and of a sale that is closed, and takes the rest', async () => {
    const batch = openBatch({ batchesInFlightMax: 1 })
    const closedShow = await world.show(one, 5)
    await one.seating.closeSale({ showId: closedShow, status: 'cancelled' })
    const verdicts = await Promise.all([
      batch.take(taking(8, [40]), soon()),
      batch.take(taking(1, [1], { epoch: epoch - 1 }), soon()),
      batch.take(taking(2, [1], { showId: closedShow }), soon()),
      batch.take(taking(3, [3]), soon()),
    ])
    expect(verdicts.map((verdict) => verdict.tag)).toEqual(['taken', 'stale', 'not_on_sale', 'taken'])
    expect(verdicts[1]).toMatchObject({ epoch })
    expect(await owners()).toEqual({ 3: buyer(3), 40: buyer(8) })
  })

  test('takes over a claim that had expired when the ledger decided, and no other', async () => {
    const batch = openBatch()
    await batch.take(taking(1, [1], { expiresAt: new Date(3_000_000) }), soon())
    const early = await batch.take(taking(2, [1], { decidedAt: new Date(2_999_999) }), soon())
    expect(early.tag).toBe('conflict')
    const late = await batch.take(taking(3, [1], { decidedAt: new Date(3_000_000) }), soon())
    expect(late.tag).toBe('taken')
    expect(await owners()).toEqual({ 1: buyer(3) })
  })

  test('never takes over a seat that is being paid for, sold or closed, however old', async () => {
    const batch = openBatch()
    for (const [seat, state] of [
      [1, 'paying'],
      [2, 'sold'],
    ] as const) {
      await batch.take(taking(seat, [seat]), soon())
      await one.pool.query(
        'UPDATE seat_claim SET state = $3, booking_id = lock_id WHERE show_id = $1 AND seat_no = $2',
        [showId, seat, state],
      )
    }
    await one.seating.closeSeats({ showId, seats: [3] })
    const verdict = await batch.take(taking(7, [1, 2, 3, 4], { decidedAt: new Date(9_000_000) }), soon())
    expect(verdict).toMatchObject({ tag: 'conflict', seats: [1, 2, 3] })
    expect((await owners())[4]).toBeUndefined()
  })

  test('lets a member whose deadline passed leave before it begins, unclaimed', async () => {
    const batch = openBatch()
    await expect(batch.take(taking(1, [1]), performance.now() - 1)).rejects.toBeInstanceOf(NotSent)
    expect(await owners()).toEqual({})
  })

  test('held up by a slow writer on one seat still takes the others', async () => {
    const batch = openBatch({ batchesInFlightMax: 1, batchRetriesMax: 1 })
    const blocker = await one.pool.connect()
    await blocker.query('BEGIN')
    await blocker.query(`INSERT INTO seat_claim (show_id, seat_no, state) VALUES ($1, 7, 'closed')`, [showId])
    const outcomes = await Promise.allSettled([
      batch.take(taking(8, [40]), soon()),
      batch.take(taking(1, [1]), soon()),
      batch.take(taking(2, [7]), soon()),
      batch.take(taking(3, [3]), soon()),
    ])
    await blocker.query('ROLLBACK')
    blocker.release()
    expect(outcomes.map((outcome) => outcome.status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
    ])
    expect(await owners()).toEqual({ 1: buyer(1), 3: buyer(3), 40: buyer(8) })
  })
})
