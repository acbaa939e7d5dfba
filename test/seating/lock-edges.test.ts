/** Two things at once about one lock, or one thing at the very end of it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Outage } from '../../src/platform/failures.ts'
import { openRedis, redisDefaults } from '../../src/platform/redis.ts'
import { inTransaction } from '../../src/platform/transaction.ts'
import {
  AlreadyExtended,
  claimsToPaying,
  LockInCheckout,
  LockNotFound,
  SeatLimitReached,
  SeatsUnavailable,
} from '../../src/seating/index.ts'
import { cutProxy } from './cut-proxy.ts'
import { buyer, gate, type OpenedSeating, type SeatingWorld, seatingWorld, until } from './seating-world.ts'

let world: SeatingWorld
let processes: OpenedSeating[]
let one: OpenedSeating

beforeAll(async () => {
  world = await seatingWorld()
  processes = await Promise.all(['one', 'two', 'three', 'four'].map((name) => world.open(name)))
  one = processes[0] as OpenedSeating
})
afterAll(() => world.close())

const processOf = (n: number) => processes[n % processes.length] as OpenedSeating

const request = (showId: number, n: number, seats: number[], idempotencyKey = `k${seats.join('-')}`) => ({
  ...{ showId, buyerId: buyer(n), seats, areas: [], idempotencyKey },
})

const seatsOf = (lock: { seats: { seatNo: number }[] } | null) => lock?.seats.map(({ seatNo }) => seatNo)

const mapOf = async (showId: number) => (await one.seating.readMap(showId)).statuses

async function claimedSeats(showId: number): Promise<number[]> {
  const { rows } = await one.pool.query(
    'SELECT seat_no FROM seat_claim WHERE show_id = $1 ORDER BY seat_no',
    [showId],
  )
  return rows.map((row) => row.seat_no)
}

describe('what a buyer may have', () => {
  test('is counted right when they ask over many connections at once', async () => {
    const showId = await world.show(one, 60, 4)
    const outcomes = await Promise.allSettled(
      Array.from({ length: 40 }, (_, n) => processOf(n).seating.placeLock(request(showId, 1, [n]))),
    )
    const kept = outcomes.filter((outcome) => outcome.status === 'fulfilled')
    expect(kept).toHaveLength(4)
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(SeatLimitReached)
    }
    expect(await claimedSeats(showId)).toHaveLength(4)
    // Giving back while asking again: the count neither leaks nor goes below what is held.
    await Promise.all(
      kept.map(async (outcome, n) => {
        const { lockId } = outcome.value
        await processOf(n).seating.releaseLock({ showId, lockId, buyerId: buyer(1) })
        await processOf(n)
          .seating.releaseLock({ showId, lockId, buyerId: buyer(1) })
          .catch(() => {})
      }),
    )
    await one.seating.placeLock(request(showId, 1, [50, 51, 52, 53]))
    await expect(one.seating.placeLock(request(showId, 1, [54]))).rejects.toMatchObject({ held: 4 })
  })

  test('in a standing area is never given twice, and the area sells to the last place', async () => {
    const showId = await world.show(one, 50, 50)
    const area = { key: 'pit', ranges: [[10, 25] as [number, number], [30, 45] as [number, number]] }
    const outcomes = await Promise.allSettled(
      Array.from({ length: 24 }, (_, n) =>
        processOf(n).seating.placeLock({
          ...request(showId, n, [], 'pit'),
          areas: [{ ...area, count: 1 + (n % 3) }],
        }),
      ),
    )
    const places = outcomes.flatMap((outcome) =>
      outcome.status === 'fulfilled' ? (seatsOf(outcome.value) ?? []) : [],
    )
    expect(new Set(places).size).toBe(places.length)
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(SeatsUnavailable)
    }
    const rest = 30 - places.length
    if (rest > 0)
      places.push(
        ...(seatsOf(
          await one.seating.placeLock({
            ...request(showId, 99, [], 'rest'),
            areas: [{ ...area, count: rest }],
          }),
        ) ?? []),
      )
    expect(places.sort((a, b) => a - b)).toEqual(await claimedSeats(showId))
    expect(places).toHaveLength(30)
  })

  test('is a whole number of places and a seat that is numbered from 0', async () => {
    const showId = await world.show(one, 5)
    const areas = [{ key: 'pit', count: -1, ranges: [[0, 5] as [number, number]] }]
    const call = one.seating.placeLock({ ...request(showId, 1, [1, 2]), areas })
    await expect(call).rejects.toMatchObject({ code: 'BAD_SEAT_COUNT' })
    await expect(one.seating.placeLock(request(showId, 1, [-1]))).rejects.toThrow('no seat -1')
    await expect(one.seating.placeLock(request(showId, 1, [5]))).rejects.toMatchObject({
      seats: [{ seatNo: 5, status: 'n' }],
    })
    expect(await mapOf(showId)).toBe('aaaaa')
  })
})

describe('the same request many times at once', () => {
  test('is one lock, whoever is asked', async () => {
    const showId = await world.show(one, 20, 4)
    const locks = await Promise.all(
      Array.from({ length: 24 }, (_, n) =>
        processOf(n).seating.placeLock(request(showId, 1, [3, 4], 'same')),
      ),
    )
    expect(new Set(locks.map(({ lockId }) => lockId)).size).toBe(1)
    for (const lock of locks) expect(seatsOf(lock)).toEqual([3, 4])
    expect(await claimedSeats(showId)).toEqual([3, 4])
    expect(await one.seating.compareShow(showId)).toEqual([])
  })

  test('grows a lock once', async () => {
    const showId = await world.show(one, 20, 6)
    const { lockId } = await one.seating.placeLock(request(showId, 1, [1]))
    const area = { key: 'pit', count: 2, ranges: [[10, 20] as [number, number]] }
    const grown = await Promise.all(
      Array.from({ length: 16 }, (_, n) =>
        processOf(n).seating.placeLock({ ...request(showId, 1, [2], 'grow'), areas: [area], lockId }),
      ),
    )
    for (const lock of grown) expect(seatsOf(lock)).toEqual([1, 2, 10, 11])
    expect(await claimedSeats(showId)).toEqual([1, 2, 10, 11])
  })

  test('extends a lock once', async () => {
    const showId = await world.show(one, 20)
    const lock = await one.seating.placeLock(request(showId, 1, [1]))
    const mine = { showId, lockId: lock.lockId, buyerId: buyer(1) }
    const outcomes = await Promise.allSettled(
      Array.from({ length: 12 }, (_, n) =>
        processOf(n).seating.extendLock({ ...mine, idempotencyKey: `x${n % 2}` }),
      ),
    )
    const won = outcomes.filter((outcome) => outcome.status === 'fulfilled')
    expect(won).toHaveLength(6)
    for (const { value } of won) expect(value.expiresAt.getTime()).toBe(lock.expiresAt.getTime() + 300_000)
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(AlreadyExtended)
    }
  })

  test('whose answer is lost on the way leaves one lock, which the repeat finds', async () => {
    const proxy = await cutProxy(world.redis.url)
    const showId = await world.show(one, 10)
    const far = await world.open('far', { redisUrl: proxy.url })
    await far.seating.readMap(showId)
    // The script is known to the server by now, so the next call carries its arguments.
    await far.seating.placeLock(request(showId, 2, [9]))
    proxy.loseAnswerTo(buyer(1))
    await expect(far.seating.placeLock(request(showId, 1, [4]))).rejects.toBeInstanceOf(Outage)
    expect(await mapOf(showId)).toBe('aaaalaaaal')
    await until('the connection to be back', async () => {
      const lock = await far.seating.placeLock(request(showId, 1, [4])).catch(() => null)
      return seatsOf(lock)?.join() === '4'
    })
    expect(await claimedSeats(showId)).toEqual([4, 9])
    await far.close()
    await proxy.close()
  })

  test('while its lock becomes a booking is told of the booking', async () => {
    const showId = await world.show(one, 10)
    const { lockId } = await one.seating.placeLock(request(showId, 1, [4]))
    const pause = gate('place: between ledger and claims')
    const slow = await world.open('slow repeat', { faultPoint: pause.faultPoint })
    const repeat = slow.seating.placeLock(request(showId, 1, [4]))
    await pause.arrived
    const bookingId = buyer(70)
    await one.seating.beginCheckout({ showId, lockId, buyerId: buyer(1), bookingId })
    await inTransaction(one.pool, (tx) => claimsToPaying(tx, { showId, lockId, seats: [4], bookingId }))
    pause.open()
    expect(await repeat).toMatchObject({ lockId, state: 'in_checkout', bookingId })
    expect(slow.claimConflicts()).toBe(0)
    expect(await one.seating.compareShow(showId)).toEqual([])
  })
})

describe('at the end of a lock', () => {
  test('growing, shrinking, extending and paying either happen in time or not at all', async () => {
    const short = await Promise.all(['a', 'b'].map((name) => world.open(name, { times: { lockTtlMs: 120 } })))
    const [first, second] = short as [OpenedSeating, OpenedSeating]
    const showId = await world.show(one, 200, 200)
    const surprises: unknown[] = []
    const checkouts: { showId: number; lockId: string; buyerId: string }[] = []
    await Promise.all(
      Array.from({ length: 24 }, async (_, n) => {
        const at = 8 * n
        const { lockId, expiresInMs } = await first.seating.placeLock(request(showId, n, [at, at + 1]))
        const mine = { showId, lockId, buyerId: buyer(n) }
        await new Promise((resolve) => setTimeout(resolve, expiresInMs - 14 + (n % 8) * 4))
        const calls = [
          () => second.seating.placeLock({ ...request(showId, n, [at + 2], 'grow'), lockId }),
          () => first.seating.releaseLock({ ...mine, seats: [at] }),
          () => second.seating.extendLock({ ...mine, idempotencyKey: 'x' }),
          () => first.seating.beginCheckout({ ...mine, bookingId: buyer(500 + n) }),
          () => second.seating.placeLock(request(showId, 100 + n, [at, at + 1], 'rival')),
        ]
        const outcomes = await Promise.allSettled(calls.map((call) => call()))
        if (outcomes[3]?.status === 'fulfilled') checkouts.push(mine)
        for (const outcome of outcomes) {
          const { reason } = outcome as PromiseRejectedResult
          const expected = [LockNotFound, LockInCheckout, SeatsUnavailable]
          if (outcome.status === 'rejected' && !expected.some((kind) => reason instanceof kind))
            surprises.push(reason)
        }
      }),
    )
    expect(surprises).toEqual([])
    // What is in checkout stays, everything else ends; and ledger and claims say the same of every seat.
    await until('ledger and claims to agree', async () => {
      await first.seating.sweepShow(showId)
      return (await one.seating.compareShow(showId)).length === 0
    })
    for (const mine of checkouts)
      expect(await one.seating.findLock(mine)).toMatchObject({ state: 'in_checkout' })
  })

  test('an extension never passes the age that a lock may have', async () => {
    const capped = await world.open('capped', { times: { lockTtlMs: 60_000, lockAgeMsMax: 100_000 } })
    const showId = await world.show(one, 10)
    const lock = await capped.seating.placeLock(request(showId, 1, [1]))
    const mine = { showId, lockId: lock.lockId, buyerId: buyer(1) }
    const extended = await capped.seating.extendLock({ ...mine, idempotencyKey: 'x' })
    expect(extended.expiresAt.getTime()).toBe(lock.expiresAt.getTime() - 60_000 + 100_000)
    // A seat that joins later does not know of the extension, and a rebuilt ledger must not forget it.
    await capped.seating.placeLock({ ...request(showId, 1, [0]), lockId: lock.lockId })
    await capped.seating.rebuild(showId)
    const again = capped.seating.extendLock({ ...mine, idempotencyKey: 'y' })
    await expect(again).rejects.toBeInstanceOf(AlreadyExtended)
  })
})

describe('two things at once about one lock', () => {
  /** A growth that stands between ledger and claims. */
  async function growing(showId: number, lockId: string, seats: number[]) {
    const pause = gate('place: between ledger and claims')
    const slow = await world.open('slow growth', { faultPoint: pause.faultPoint })
    const grown = slow.seating
      .placeLock({ ...request(showId, 1, seats, 'growth'), lockId })
      .catch((error: unknown) => error)
    await pause.arrived
    return { grown, open: pause.open }
  }

  test('an extension while it grows extends what is claimed, and does not say that the lock is gone', async () => {
    const showId = await world.show(one, 10)
    const { lockId } = await one.seating.placeLock(request(showId, 1, [1]))
    const growth = await growing(showId, lockId, [2])
    const mine = { showId, lockId, buyerId: buyer(1) }
    const extended = await one.seating.extendLock({ ...mine, idempotencyKey: 'x' })
    expect(extended).toMatchObject({ extended: true })
    growth.open()
    const grown = await growth.grown
    const now = await one.seating.findLock(mine)
    // Either the growth came through, or it was told that it did not; never a seat that is half there.
    expect(seatsOf(now)).toEqual(grown instanceof Error ? [1] : [1, 2])
    expect(await claimedSeats(showId)).toEqual(seatsOf(now))
    expect(await one.seating.compareShow(showId)).toEqual([])
  })

  test('a release while it grows leaves no seat behind', async () => {
    const showId = await world.show(one, 10)
    const { lockId } = await one.seating.placeLock(request(showId, 1, [1]))
    const growth = await growing(showId, lockId, [2])
    await one.seating.releaseLock({ showId, lockId, buyerId: buyer(1) })
    growth.open()
    expect(await growth.grown).toBeInstanceOf(LockNotFound)
    expect(await mapOf(showId)).toBe('aaaaaaaaaa')
    expect(await claimedSeats(showId)).toEqual([])
    await one.seating.placeLock(request(showId, 2, [1, 2]))
  })

  test('a claim that arrives while the ledger gives its seat up takes the seat back', async () => {
    const showId = await world.show(one, 10)
    const { lockId } = await one.seating.placeLock(request(showId, 1, [1, 2]))
    const taken = await one.pool.query(
      'DELETE FROM seat_claim WHERE show_id = $1 AND seat_no = 2 RETURNING *',
      [showId],
    )
    const [row] = taken.rows
    const connection = openRedis({ ...redisDefaults, url: world.redis.url, name: 'crossing' }, () => {})
    await connection.whenReady(5_000)
    let arrived = false
    const redis = new Proxy(connection.redis, {
      get(target, name) {
        if (name !== 'evalsha') return Reflect.get(target, name).bind(target)
        return async (...args: [string, number, ...string[]]) => {
          // The claims were read and the ledger is about to be told of them.
          if (args[5] === lockId && !arrived) {
            arrived = true
            await one.pool.query(
              `INSERT INTO seat_claim (show_id, seat_no, state, lock_id, buyer_id, decided_at, expires_at)
               VALUES ($1, 2, 'locked', $2, $3, $4, $5)`,
              [showId, lockId, buyer(1), row.decided_at, row.expires_at],
            )
          }
          return await target.evalsha(...args)
        }
      },
    })
    const holding = () => ({ ...connection, redis })
    const crossing = await world.open('crossing', { redis: { ...connection, holding } })
    await crossing.seating.syncSeats({ showId, lockId, seats: [2] })
    expect(arrived).toBe(true)
    expect(await mapOf(showId)).toBe('allaaaaaaa')
    expect(seatsOf(await one.seating.findLock({ showId, lockId, buyerId: buyer(1) }))).toEqual([1, 2])
    expect(await one.seating.compareShow(showId)).toEqual([])
    await connection.close()
  })

  test('a checkout while it grows pays for the seats that its buyer was told of', async () => {
    const showId = await world.show(one, 10)
    const { lockId } = await one.seating.placeLock(request(showId, 1, [1]))
    const growth = await growing(showId, lockId, [2])
    const begun = await one.seating.beginCheckout({
      ...{ showId, lockId, buyerId: buyer(1), bookingId: buyer(70) },
    })
    expect(seatsOf(begun)).toEqual([1])
    growth.open()
    expect(await growth.grown).toBeInstanceOf(LockNotFound)
    expect(await claimedSeats(showId)).toEqual([1])
    expect(await mapOf(showId)).toBe('alaaaaaaaa')
  })

  test('an extension that a rebuild overtakes is decided again on the new ledger', async () => {
    const showId = await world.show(one, 10)
    const lock = await one.seating.placeLock(request(showId, 1, [1]))
    const pause = gate('extend: between ledger and claims')
    const slow = await world.open('slow extension', { faultPoint: pause.faultPoint })
    const mine = { showId, lockId: lock.lockId, buyerId: buyer(1) }
    const extending = slow.seating.extendLock({ ...mine, idempotencyKey: 'x' })
    await pause.arrived
    await one.seating.rebuild(showId)
    pause.open()
    const extended = await extending
    expect(extended.expiresAt.getTime()).toBe(lock.expiresAt.getTime() + 300_000)
    expect((await one.seating.findLock(mine))?.expiresAt).toEqual(extended.expiresAt)
  })

  test('a conflict on a new seat costs none of the old ones', async () => {
    const showId = await world.show(one, 10)
    const { lockId } = await one.seating.placeLock(request(showId, 1, [1]))
    await one.seating.placeLock(request(showId, 2, [2]))
    // Redis forgets the rival's seat, as a failover does.
    await one.redis.setrange(`test:{${showId}}:statuses`, 2, 'a')
    await one.redis.hdel(`test:{${showId}}:holders`, '2')
    const grown = one.seating.placeLock({ ...request(showId, 1, [1, 2], 'both'), lockId })
    await expect(grown).rejects.toMatchObject({ seats: [{ seatNo: 2 }] })
    expect(seatsOf(await one.seating.findLock({ showId, lockId, buyerId: buyer(1) }))).toEqual([1])
    expect(await claimedSeats(showId)).toEqual([1, 2])
    expect(await one.seating.compareShow(showId)).toEqual([])
  })

  test('giving back what was never claimed spares what another caller of the same request has claimed', async () => {
    const showId = await world.show(one, 10)
    await one.seating.readMap(showId)
    const pause = gate('place: between ledger and claims')
    // Time runs out for this one while it waits, so its claim is never asked for.
    let late = 0
    const slow = await world.open('out of time', {
      faultPoint: pause.faultPoint,
      nowMs: () => performance.now() + late,
    })
    const first = slow.seating.placeLock(request(showId, 1, [4])).catch((error: unknown) => error)
    await pause.arrived
    const second = await one.seating.placeLock(request(showId, 1, [4]))
    late = 60_000
    pause.open()
    expect(await first).toBeInstanceOf(Outage)
    const mine = { showId, lockId: second.lockId, buyerId: buyer(1) }
    expect(seatsOf(await one.seating.findLock(mine))).toEqual([4])
    expect(await one.seating.compareShow(showId)).toEqual([])
  })

  test('a lock in checkout whose claims are gone is found by the comparison, because nothing would end it', async () => {
    const showId = await world.show(one, 10)
    const { lockId } = await one.seating.placeLock(request(showId, 1, [4]))
    await one.seating.beginCheckout({ showId, lockId, buyerId: buyer(1), bookingId: buyer(70) })
    await one.pool.query('DELETE FROM seat_claim WHERE show_id = $1', [showId])
    expect(await one.seating.compareShow(showId)).toHaveLength(1)
    await one.seating.sweepShow(showId)
    await one.seating.sweepShow(showId)
    expect(await mapOf(showId)).toBe('aaaaaaaaaa')
  })
})

describe('a sale', () => {
  test('can be closed while it is stormed', async () => {
    const showId = await world.show(one, 2_000, 100)
    let stop = false
    const storm = Array.from({ length: 60 }, async (_, n) => {
      for (let round = 0; !stop; round++) {
        const seat = (n * 33 + round) % 2_000
        await processOf(n)
          .seating.placeLock(request(showId, n, [seat], `r${round}`))
          .catch(() => {})
      }
    })
    await until('the storm to begin', async () => (await claimedSeats(showId)).length > 100)
    const startedAt = performance.now()
    await one.seating.closeSale({ showId, status: 'closed' })
    expect(performance.now() - startedAt).toBeLessThan(3_000)
    const atClosing = await claimedSeats(showId)
    stop = true
    await Promise.all(storm)
    expect(await claimedSeats(showId)).toEqual(atClosing)
  })
})
