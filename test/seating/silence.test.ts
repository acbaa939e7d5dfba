/** What stands behind seating falls silent or goes away: every caller is told in time, and told to try again. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { Outage } from '../../src/platform/failures.ts'
import type { SeatLock } from '../../src/seating/index.ts'
import { cutProxy } from './cut-proxy.ts'
import { ownPostgres } from './own-postgres.ts'
import { buyer, type OpenedSeating, type SeatingWorld, seatingWorld, until } from './seating-world.ts'

/** The bound of a verb, and what a busy machine may add. */
const answerMsMax = 5_000 + 1_500

let world: SeatingWorld
let postgres: Awaited<ReturnType<typeof ownPostgres>>
let one: OpenedSeating

beforeAll(async () => {
  ;[world, postgres] = await Promise.all([seatingWorld(), ownPostgres()])
  one = await world.open('one', { databaseUrl: postgres.url })
})
afterAll(async () => {
  await world.close()
  await postgres.discard()
})

const request = (showId: number, n: number, seats: number[], idempotencyKey = 'k') => ({
  ...{ showId, buyerId: buyer(n), seats, areas: [], idempotencyKey },
})

/** Every verb that a buyer waits for, with a lock to do it to. */
const verbs = (showId: number, lock: SeatLock, { seating } = one) => {
  const mine = { showId, lockId: lock.lockId, buyerId: lock.buyerId }
  return {
    place: () => seating.placeLock(request(showId, 2, [7], 'other')),
    grow: () => seating.placeLock({ ...request(showId, 1, [8], 'grow'), lockId: lock.lockId }),
    extend: () => seating.extendLock({ ...mine, idempotencyKey: 'x' }),
    find: () => seating.findLock(mine),
    list: () => seating.locksOf(mine),
    checkout: () => seating.beginCheckout({ ...mine, bookingId: buyer(50) }),
    release: () => seating.releaseLock(mine),
  }
}

/** All at once, as it happens: names of the verbs that did not end with an outage in time. */
async function notToldInTime(calls: Record<string, () => Promise<unknown>>): Promise<string[]> {
  const wrong = await Promise.all(
    Object.entries(calls).map(async ([name, call]) => {
      const startedAt = performance.now()
      const outcome = await call().then(
        () => 'answered',
        (error: unknown) => (error instanceof Outage && error.retryAfterMs > 0 ? 'told' : String(error)),
      )
      const ms = performance.now() - startedAt
      return outcome === 'told' && ms <= answerMsMax ? [] : [`${name}: ${outcome} after ${ms} ms`]
    }),
  )
  return wrong.flat()
}

const works = (showId: number, key: string) =>
  until('locking to work again', async () => {
    const lock = await one.seating.placeLock(request(showId, 9, [9], key)).catch(() => null)
    return lock !== null
  })

describe('a Redis that is stopped where it stands', () => {
  afterEach(() => void process.kill(world.redis.pid(), 'SIGCONT'))

  test('keeps nobody waiting, and the map comes from the claims', async () => {
    const showId = await world.show(one, 10)
    const lock = await one.seating.placeLock(request(showId, 1, [1]))
    process.kill(world.redis.pid(), 'SIGSTOP')
    const map = one.seating.readMap(showId)
    const { list: _claimsAnswer, ...others } = verbs(showId, lock)
    expect(await notToldInTime(others)).toEqual([])
    expect(await map).toMatchObject({ stale: true, statuses: 'alaaaaaaaa' })
    process.kill(world.redis.pid(), 'SIGCONT')
    await works(showId, 'after')
  })
})

test('a Redis that is gone without a word keeps nobody waiting, and is connected to anew', async () => {
  const proxy = await cutProxy(world.redis.url)
  const far = await world.open('far', { databaseUrl: postgres.url, redisUrl: proxy.url })
  const showId = await world.show(far, 10)
  const lock = await far.seating.placeLock(request(showId, 1, [1]))
  proxy.silence()
  const calls = verbs(showId, lock, far)
  expect(await notToldInTime({ place: calls.place, find: calls.find })).toEqual([])
  await until('the connection to be made anew', async () => {
    const found = await calls.find().catch(() => null)
    return found !== null
  })
  await far.close()
  await proxy.close()
})

describe('a PostgreSQL that is stopped where it stands', () => {
  afterEach(() => postgres.thaw())

  test('keeps nobody waiting, and the map goes on', async () => {
    const showId = await world.show(one, 10)
    const lock = await one.seating.placeLock(request(showId, 1, [1]))
    await postgres.freeze()
    expect(await notToldInTime(verbs(showId, lock))).toEqual([])
    expect((await one.seating.readMap(showId)).stale).toBe(false)
    postgres.thaw()
    await works(showId, 'after')
    await until('ledger and claims to agree', async () => {
      await one.seating.relaySeatSyncs()
      await one.seating.sweepShow(showId)
      return (await one.seating.compareShow(showId)).length === 0
    })
  })

  test('keeps a crowd no longer than one buyer, and gives seats back whose claims were never asked for', async () => {
    const showId = await world.show(one, 100)
    const lock = await one.seating.placeLock(request(showId, 1, [1]))
    await postgres.freeze()
    const crowd = Array.from({ length: 90 }, (_, n) => [
      `buyer ${n}`,
      () => one.seating.placeLock(request(showId, 10 + n, [10 + n])),
    ])
    expect(await notToldInTime(Object.fromEntries(crowd))).toEqual([])
    postgres.thaw()
    // The same key again, as they were told.
    const again = await Promise.all(
      Array.from({ length: 90 }, (_, n) => one.seating.placeLock(request(showId, 10 + n, [10 + n]))),
    )
    expect(again.map(({ seats }) => seats[0]?.seatNo)).toEqual(Array.from({ length: 90 }, (_, n) => 10 + n))
    expect(await one.seating.findLock({ showId, lockId: lock.lockId, buyerId: buyer(1) })).not.toBeNull()
    expect(await one.seating.compareShow(showId)).toEqual([])
  })
})

describe('a PostgreSQL that is restarted', () => {
  test('is an outage while it shuts down, while nobody listens and while it comes back', async () => {
    const showId = await world.show(one, 10)
    const lock = await one.seating.placeLock(request(showId, 1, [1]))
    const told = new Set<string>()
    let stop = false
    const crowd = Array.from({ length: 7 }, async (_, n) => {
      for (let round = 0; !stop; round++) {
        const mine = { showId, lockId: lock.lockId, buyerId: buyer(1) }
        const calls = [
          () => one.seating.placeLock(request(showId, 20 + n, [2 + n], `r${round}`)),
          () => one.seating.extendLock({ ...mine, idempotencyKey: 'x' }),
          () => one.seating.findLock(mine),
          () => one.seating.closeSeats({ showId, seats: [1] }),
        ]
        await calls[round % calls.length]?.().catch((error) => told.add(error.code ?? String(error)))
        await new Promise((resolve) => setImmediate(resolve))
      }
    })
    await postgres.stop()
    await until('somebody to be told', async () => told.has('CLAIMS_AWAY'))
    await postgres.start()
    await works(showId, 'after')
    stop = true
    await Promise.all(crowd)
    // Nothing but outages, and the answers that buyers of taken seats get.
    expect([...told].filter((code) => !/^(LEDGER_AWAY|CLAIMS_AWAY|SEATS_UNAVAILABLE)$/.test(code))).toEqual(
      [],
    )
  })

  test('gives a seat back at once whose claim could not be asked for, and its repeat gets it', async () => {
    const showId = await world.show(one, 10)
    await one.seating.placeLock(request(showId, 1, [1]))
    await postgres.stop()
    await expect(one.seating.placeLock(request(showId, 2, [2]))).rejects.toBeInstanceOf(Outage)
    expect((await one.seating.readMap(showId)).statuses).toBe('alaaaaaaaa')
    await postgres.start()
    await works(showId, 'after')
    const lock = await one.seating.placeLock(request(showId, 2, [2]))
    expect(lock.seats.map(({ seatNo }) => seatNo)).toEqual([2])
    expect(await one.seating.compareShow(showId)).toEqual([])
  })

  test('ends the transactions that are under way as an outage', async () => {
    const showId = await world.show(one, 10)
    const lock = await one.seating.placeLock(request(showId, 1, [1]))
    let ended = 0
    const slow = await world.open('slow', {
      databaseUrl: postgres.url,
      async faultPoint(name) {
        if (name !== 'extend: between ledger and claims' || ended > 0) return
        const { rowCount } = await one.pool.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'`,
        )
        ended = rowCount ?? 0
      },
    })
    // A connection that waits in the pool and will be found dead.
    await slow.pool.query('SELECT 1')
    const mine = { showId, lockId: lock.lockId, buyerId: buyer(1) }
    const outcome = await slow.seating
      .extendLock({ ...mine, idempotencyKey: 'x' })
      .catch((error: unknown) => error)
    if (outcome instanceof Error) expect(outcome).toBeInstanceOf(Outage)
    expect(ended).toBeGreaterThan(0)
    const extended = await slow.seating.extendLock({ ...mine, idempotencyKey: 'x' })
    expect(extended.extended).toBe(true)
    expect(await one.seating.compareShow(showId)).toEqual([])
  })
})
