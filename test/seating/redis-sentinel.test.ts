/** Promise 1 with sentinels: the master dies in mid-sale, and its replica goes on with another home. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { LedgerAway } from '../../src/seating/index.ts'
import { type FreshSentinels, freshSentinels } from '../world/redis-sentinel.ts'
import { buyer, type OpenedSeating, type SeatingWorld, seatingWorld, until } from './seating-world.ts'

const buyerCount = 200
const seatCount = 20

let sentinels: FreshSentinels
let world: SeatingWorld
let processes: OpenedSeating[]

beforeAll(async () => {
  const made = await Promise.all([freshSentinels(), seatingWorld()])
  sentinels = made[0]
  world = made[1]
  const open = (name: string) => world.open(name, { redisUrl: sentinels.url })
  processes = await Promise.all([open('one'), open('two')])
}, 60_000)
afterAll(async () => {
  await world?.close()
  await sentinels?.stop()
})

test(`${buyerCount} buyers on ${seatCount} seats while the master is killed: exactly ${seatCount} are sold`, async () => {
  const [one] = processes as [OpenedSeating]
  const showId = await world.show(one, seatCount, 1)
  const before = await one.seating.readMap(showId)
  const owners = new Map<number, string>()
  const deadline = performance.now() + 25_000
  const buyOne = async (n: number) => {
    const { seating } = processes[n % processes.length] as OpenedSeating
    while (performance.now() < deadline) {
      const seat = n % seatCount
      try {
        const wanted = { showId, buyerId: buyer(n), seats: [seat], areas: [], idempotencyKey: 'k' }
        const { buyerId } = await seating.placeLock(wanted)
        expect(owners.get(seat) ?? buyerId).toBe(buyerId)
        owners.set(seat, buyerId)
        return
      } catch (error) {
        if ((error as LedgerAway).retryAfterMs === undefined) return
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    }
  }
  let dead = false
  const early = Array.from({ length: seatCount / 2 }, (_, n) => buyOne(n))
  await Promise.all(early)
  const late = Array.from({ length: buyerCount - seatCount / 2 }, async (_, n) => {
    if (n % 2) await until('the master to be dead', async () => dead, 25_000)
    await buyOne(n + seatCount / 2)
  })
  await sentinels.first.kill()
  dead = true
  await Promise.all(late)
  expect(await sentinels.masterPort()).toBe(sentinels.second.port)

  let map = await one.seating.readMap(showId)
  await until(
    'the new master to have the map',
    async () => {
      map = await one.seating.readMap(showId)
      return !map.stale
    },
    20_000,
  )
  expect(map.epoch).toBeGreaterThan(before.epoch)
  expect(map.statuses).toBe('l'.repeat(seatCount))
  const { rows } = await one.pool.query('SELECT seat_no, buyer_id FROM seat_claim WHERE show_id = $1', [
    showId,
  ])
  expect(rows.length).toBe(seatCount)
  expect(new Map(rows.map((row) => [row.seat_no, row.buyer_id]))).toEqual(owners)
  expect(await one.seating.compareShow(showId)).toEqual([])
})

test('a master that comes back as a replica is not written to', async () => {
  const [one, two] = processes as [OpenedSeating, OpenedSeating]
  await sentinels.first.start()
  await until(
    'it to follow',
    async () => (await sentinels.first.client.info('replication')).includes('role:slave'),
    20_000,
  )
  const showId = await world.show(one, 10)
  const wanted = { showId, buyerId: buyer(1), seats: [4], areas: [], idempotencyKey: 'k' }
  const lock = await two.seating.placeLock(wanted)
  expect((await one.seating.readMap(showId)).statuses).toBe('aaaalaaaaa')
  expect((await one.seating.placeLock(wanted)).lockId).toBe(lock.lockId)
})
