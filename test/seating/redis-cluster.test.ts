/** Promise 1 on a Redis Cluster: shows live on different masters, which die, come back empty, and hand slots over. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { slotOf } from '../../src/platform/key-slot.ts'
import { type RedisServers, redisDefaults } from '../../src/platform/redis.ts'
import { openRedisServers } from '../../src/platform/redis-servers.ts'
import type { LedgerAway } from '../../src/seating/index.ts'
import { type FreshCluster, freshCluster } from '../world/redis-cluster.ts'
import type { RedisNode } from '../world/redis-node.ts'
import { buyer, type OpenedSeating, type SeatingWorld, seatingWorld, until } from './seating-world.ts'

let cluster: FreshCluster
let world: SeatingWorld
let one: OpenedSeating
let two: OpenedSeating
const opened: RedisServers[] = []

async function openOnCluster(processId: string): Promise<OpenedSeating> {
  const redis = openRedisServers({ ...redisDefaults, url: cluster.url, name: processId }, () => {})
  opened.push(redis)
  await redis.whenReady(10_000)
  return await world.open(processId, { redis })
}

beforeAll(async () => {
  const made = await Promise.all([freshCluster(), seatingWorld()])
  cluster = made[0]
  world = made[1]
  one = await openOnCluster('one')
  two = await openOnCluster('two')
}, 60_000)
afterAll(async () => {
  await world?.close()
  await Promise.all(opened.map((redis) => redis.close()))
  await cluster?.stop()
})

const baseOf = (showId: number) => `test:{${showId}}`

const request = (showId: number, n: number, seats: number[], idempotencyKey = 'k') => ({
  ...{ showId, buyerId: buyer(n), seats, areas: [], idempotencyKey },
})

/** A show that lives on the master that is wanted. */
async function showOn(node: RedisNode, seatCount: number): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const showId = await world.show(one, seatCount, 4)
    if ((await cluster.masterOf(baseOf(showId))) === node) return showId
  }
  throw new Error('No show came to that master')
}

const epochOf = async (showId: number) => (await one.seating.readMap(showId)).epoch

async function healed(showId: number): Promise<void> {
  await until(
    'the map to be the claims',
    async () => {
      const map = await one.seating.readMap(showId)
      if (map.stale || (await two.seating.readMap(showId)).stale) return false
      await one.seating.sweepShow(showId)
      return (await one.seating.compareShow(showId)).length === 0
    },
    15_000,
  )
}

/** Buyers at two processes want more than there is, while something happens. Who got no answer asks again. */
async function sellOut(showId: number, seatCount: number, meanwhile: () => Promise<void>): Promise<void> {
  const owners = new Map<number, string>()
  const deadline = performance.now() + 20_000
  const buyers = Array.from({ length: 4 * seatCount }, async (_, n) => {
    const { seating } = n % 2 ? one : two
    const seat = n % seatCount
    while (performance.now() < deadline) {
      try {
        const lock = await seating.placeLock(request(showId, n, [seat]))
        expect(owners.get(seat) ?? lock.buyerId).toBe(lock.buyerId)
        owners.set(seat, lock.buyerId)
        return
      } catch (error) {
        if ((error as LedgerAway).retryAfterMs === undefined) return
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    }
  })
  await Promise.all([meanwhile(), ...buyers])
  await healed(showId)
  const { rows } = await one.pool.query('SELECT seat_no, buyer_id FROM seat_claim WHERE show_id = $1', [
    showId,
  ])
  expect(rows.length).toBe(seatCount)
  expect(new Map(rows.map((row) => [row.seat_no, row.buyer_id]))).toEqual(owners)
}

test('slots are counted as Redis counts them', async () => {
  for (const key of [
    'a',
    'test:{12}',
    'test:{12}:frames',
    '{}x',
    'x{}',
    'a{b}c{d}',
    '{',
    '}{',
    'Straße',
    '',
  ]) {
    expect(slotOf(key), key).toBe(Number(await cluster.masters[0].client.call('CLUSTER', 'KEYSLOT', key)))
  }
})

test('shows on every master are locked, sold, given back and read at once', async () => {
  const shows = await Promise.all(cluster.masters.map((node) => showOn(node, 10)))
  for (const showId of shows) {
    const lock = await one.seating.placeLock(request(showId, 1, [1, 2]))
    await two.seating.placeLock(request(showId, 2, [5]))
    const mine = { showId, buyerId: buyer(1), lockId: lock.lockId }
    expect((await two.seating.releaseLock({ ...mine, seats: [2] })).released).toEqual([2])
    expect((await two.seating.readMap(showId)).statuses).toBe('alaaalaaaa')
  }
  const positions = await two.seating.positions(shows)
  expect([...positions.keys()].sort()).toEqual([...shows].sort())
  for (const showId of shows) expect(positions.get(showId)?.seq).toBeGreaterThan(0)
})

test('a slot that moves to another master: its show is rebuilt there, nothing is sold twice', async () => {
  const [from, to] = cluster.masters
  const showId = await showOn(to, 20)
  const stays = await showOn(from, 10)
  const before = [await epochOf(showId), await epochOf(stays)] as const
  await sellOut(showId, 20, async () => {
    await cluster.beginMove(baseOf(showId), from)
    await expect(
      Promise.race([one.seating.placeLock(request(showId, 900, [19])), Promise.reject({ retryAfterMs: 1 })]),
    ).rejects.toBeDefined()
    await cluster.endMove(baseOf(showId), from)
  })
  expect(await epochOf(showId)).toBeGreaterThan(before[0])
  expect(await epochOf(stays)).toBe(before[1])
  expect((await cluster.masterOf(baseOf(showId))) === from).toBe(true)
})

test('a master without a replica is killed in mid-sale and comes back empty: only its shows are rebuilt', async () => {
  const dying = cluster.masters[2]
  const showId = await showOn(dying, 20)
  const elsewhere = await showOn(cluster.masters[1], 10)
  const before = [await epochOf(showId), await epochOf(elsewhere)] as const
  await sellOut(showId, 20, async () => {
    await dying.kill()
    const lock = await two.seating.placeLock(request(elsewhere, 1, [3]))
    expect(lock.seats.length).toBe(1)
    const positions = await two.seating.positions([showId, elsewhere])
    expect(positions.has(elsewhere)).toBe(true)
    expect(positions.get(showId)).toBeUndefined()
    await dying.start()
  })
  expect(await epochOf(showId)).toBeGreaterThan(before[0])
  expect(await epochOf(elsewhere)).toBe(before[1])
})

test('a master is killed in mid-sale and its replica takes over: nothing is sold twice', async () => {
  const [dying] = cluster.masters
  const showId = await showOn(dying, 20)
  const elsewhere = await showOn(cluster.masters[1], 10)
  const before = [await epochOf(showId), await epochOf(elsewhere)] as const
  await sellOut(showId, 20, async () => {
    await dying.kill()
    await until('the replica to take over', async () =>
      (await cluster.replica.client.info('replication')).includes('role:master'),
    )
  })
  expect(await epochOf(showId)).toBeGreaterThan(before[0])
  expect(await epochOf(elsewhere)).toBe(before[1])
  expect((await cluster.masterOf(baseOf(showId))) === cluster.replica).toBe(true)
})
