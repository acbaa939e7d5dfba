/**
 * Promise 3 with the real parts: hundreds of viewers with the product's own client on two nodes, while seats are locked,
 * the bus loses every twentieth message, sockets are cut, Redis restarts empty and a node is killed. Within 5 s of calm
 * every map is the ledger's, although the very last message was lost.
 */
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openViewer, untilState, type Viewer } from '../client/viewers.ts'
import { layWire } from '../client/wire.ts'
import { type Hall, openHall } from '../journeys/hall.ts'
import { type LockAnswer, lettersOf, lockSeats } from '../journeys/operations.ts'
import { actor } from '../world/buyer.ts'
import { type ApiProcess, type RowlockWorld, rowlockWorld } from '../world/rowlock.ts'
import { lossyBus } from './lossy-bus.ts'

const viewersPerNode = 250
const seatCount = 120
const lockCount = 100

let world: RowlockWorld
let bus: Awaited<ReturnType<typeof lossyBus>>
let nodes: ApiProcess[]
let wires: Awaited<ReturnType<typeof layWire>>[]
let hall: Hall
const viewers: Viewer[] = []

beforeAll(async () => {
  world = await rowlockWorld()
  bus = await lossyBus(world.redis.url, Math.random)
  const behindBus = { REDIS_URL: bus.url }
  nodes = await Promise.all([world.api(behindBus), world.api(behindBus)])
  wires = await Promise.all(nodes.map((node) => layWire(node.url)))
  hall = await openHall(world.database.url, seatCount)
}, 60_000)
afterAll(async () => {
  await Promise.all(viewers.map((viewer) => viewer.close()))
  await Promise.all(wires?.map((wire) => wire.close()) ?? [])
  await bus?.close()
  await world?.close()
})

const [first, second] = [() => nodes[0] as ApiProcess, () => nodes[1] as ApiProcess]

/** Nobody's promise: who gets no answer while things break gives up. */
async function lockSeat(node: ApiProcess, token: string, seat: number): Promise<void> {
  const variables = { showId: hall.showId, seats: [`A-${seat + 1}`], key: 'lock' }
  await actor(node.url, token)
    .ask<LockAnswer>(lockSeats, variables)
    .catch(() => {})
}

async function ledgerMap(node: ApiProcess): Promise<string | null> {
  const response = await fetch(`${node.url}/v1/shows/${encodeURIComponent(hall.showId)}/seats`)
  if (!response.ok) return null
  const map = (await response.json()) as { statuses: string; stale: boolean }
  return map.stale ? null : lettersOf(map.statuses, seatCount)
}

test(`${2 * viewersPerNode} viewers: whatever is lost, cut, restarted or killed, 5 s of calm make every map the ledger’s`, async () => {
  for (const wire of wires)
    for (let n = 0; n < viewersPerNode; n++) viewers.push(openViewer(wire.url, hall.showId))
  await Promise.all(viewers.map((viewer) => untilState(viewer, 'live', 30_000)))

  bus.lose(0.05)
  const tokens = await world.guests(lockCount + 1)
  const [wireOfFirst, wireOfSecond] = wires
  for (let n = 0; n < lockCount; n++) {
    if (n % 25 === 10) wireOfFirst?.cut()
    if (n % 25 === 20) wireOfSecond?.cut()
    if (n === 40) await world.redis.restart()
    if (n === 70) {
      wireOfSecond?.layTo(first().url)
      await second().kill()
    }
    await lockSeat(first(), tokens[n] ?? '', n)
  }
  await vi.waitFor(async () => expect(await ledgerMap(first())).not.toBeNull(), { timeout: 5_000 })
  // A silence, and in it one more lock, of which nobody is told.
  bus.lose(1)
  const before = bus.lost()
  await vi.waitFor(
    async () => {
      await lockSeat(first(), tokens[lockCount] ?? '', seatCount - 1)
      expect((await ledgerMap(first()))?.at(-1)).toBe('l')
    },
    { timeout: 5_000 },
  )
  await vi.waitFor(() => expect(bus.lost()).toBeGreaterThan(before), { timeout: 2_000 })
  const calmSinceMs = performance.now()

  await vi.waitFor(
    async () => {
      const truth = await ledgerMap(first())
      const wrong = viewers.filter((viewer) => viewer.letters(seatCount) !== truth).length
      const notLive = viewers.filter(({ map }) => map.state().kind !== 'live').length
      expect({ wrong, notLive }).toEqual({ wrong: 0, notLive: 0 })
    },
    { timeout: 5_000, interval: 100 },
  )
  expect(performance.now() - calmSinceMs).toBeLessThan(5_500)
  const truth = (await ledgerMap(first())) ?? ''
  expect([...truth].filter((letter) => letter === 'l').length).toBeGreaterThan(lockCount / 2)
  expect(bus.lost()).toBeGreaterThan(before)
}, 120_000)
