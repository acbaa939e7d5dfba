/** The client’s promise against the real server, while everything between them and behind it breaks. */
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import type { TokenWanted } from '../../client/src/index.ts'
import { createIdentity } from '../../src/identity/index.ts'
import { systemClock } from '../../src/platform/clock.ts'
import { type Hall, openHall } from '../journeys/hall.ts'
import { type LockAnswer, lettersOf, lockSeats } from '../journeys/operations.ts'
import { actor } from '../world/buyer.ts'
import { type ApiProcess, type RowlockWorld, rowlockWorld } from '../world/rowlock.ts'
import { libraries, openViewer, untilState, type Viewer } from './viewers.ts'
import { layWire } from './wire.ts'

const seatCount = 40
const secrets = {
  ID_SECRET: 'an id secret of this file alone, 1',
  GUEST_TOKEN_SECRET: 'a guest secret of this file alone, 2',
}

let world: RowlockWorld
let api: ApiProcess
let wire: Awaited<ReturnType<typeof layWire>>
let hall: Hall

beforeAll(async () => {
  world = await rowlockWorld()
  api = await world.api(secrets)
  wire = await layWire(api.url)
})
afterAll(async () => {
  await wire?.close()
  await world?.close()
})

const viewers: Viewer[] = []
afterEach(async () => {
  await Promise.all(viewers.splice(0).map((viewer) => viewer.close()))
})

/** Two viewers over each library, on a hall of their own, all live. */
async function openCrowd(): Promise<void> {
  hall = await openHall(world.database.url, seatCount)
  for (const library of Object.values(libraries)) {
    for (let n = 0; n < 2; n++) viewers.push(openViewer(wire.url, hall.showId, library))
  }
  await Promise.all(viewers.map((viewer) => untilState(viewer, 'live')))
}

/** Tokens of guests; with a life, of that many milliseconds. */
async function tokens(count: number, ttlMs?: number): Promise<string[]> {
  const identity = createIdentity({
    idSecret: secrets.ID_SECRET,
    guests: { secret: secrets.GUEST_TOKEN_SECRET, ...(ttlMs === undefined ? {} : { ttlMs }) },
    accounts: null,
    clock: systemClock,
  })
  const issued = await Promise.all(Array.from({ length: count }, () => identity.issueGuestToken()))
  return issued.map(({ token }) => token)
}

/** Buyers who each lock a seat, one after the other; whoever gets no answer gives up. */
async function buySeats(
  from: number,
  to: number,
  between: (bought: number) => unknown = () => {},
): Promise<void> {
  const buyers = await tokens(to - from)
  for (const [n, token] of buyers.entries()) {
    const variables = { showId: hall.showId, seats: [`A-${from + n + 1}`], key: 'lock' }
    await actor(api.url, token)
      .ask<LockAnswer>(lockSeats, variables)
      .catch(() => {})
    await between(n + 1)
  }
}

async function ledgerMap(): Promise<string | null> {
  const response = await fetch(`${api.url}/v1/shows/${encodeURIComponent(hall.showId)}/seats`)
  if (!response.ok) return null
  const map = (await response.json()) as { statuses: string; stale: boolean }
  return map.stale ? null : lettersOf(map.statuses, seatCount)
}

/** All maps are the ledger's, and know it, within the time. */
async function convergeWithin(timeout: number): Promise<void> {
  await vi.waitFor(
    async () => {
      const truth = await ledgerMap()
      expect(truth).not.toBeNull()
      expect(viewers.map(({ map }) => map.state().kind)).toEqual(viewers.map(() => 'live'))
      expect(viewers.map((viewer) => viewer.letters(seatCount))).toEqual(viewers.map(() => truth))
    },
    { timeout, interval: 50 },
  )
}

const lockedSeats = async () => [...((await ledgerMap()) ?? '')].filter((letter) => letter === 'l').length

test('seats change, and all maps follow without a second snapshot', async () => {
  await openCrowd()
  await buySeats(0, 10)
  await convergeWithin(2_000)
  expect(await lockedSeats()).toBe(10)
  for (const { states, asked } of viewers) {
    expect(states.map(({ kind }) => kind)).toEqual(['connecting', 'live'])
    expect(asked()).toBe(1)
  }
})

test('sockets are cut again and again while seats change: all maps are right within 5 s of calm', async () => {
  await openCrowd()
  await buySeats(0, 20, (bought) => bought % 3 === 0 && wire.cut())
  await convergeWithin(5_000)
  expect(await lockedSeats()).toBe(20)
})

test('Redis is killed and comes back empty while seats change: all maps are right within 5 s of calm', async () => {
  await openCrowd()
  await buySeats(0, 5)
  await convergeWithin(2_000)
  const epoch = viewers[0]?.map.position()?.epoch ?? 0
  await buySeats(5, 25, (bought) => bought === 5 && world.redis.restart())
  await convergeWithin(5_000)
  // Equal maps may be equal before the rebuilt ledger was heard of.
  await vi.waitFor(() => expect(viewers[0]?.map.position()?.epoch).toBeGreaterThan(epoch), { timeout: 5_000 })
})

test('while Redis is away a map says since when it is stale, and shows what it had', async () => {
  await openCrowd()
  await buySeats(0, 3)
  await convergeWithin(2_000)
  const before = viewers.map((viewer) => viewer.letters(seatCount))
  const killedAtMs = performance.now()
  await world.redis.kill()
  await Promise.all(viewers.map((viewer) => untilState(viewer, 'stale')))
  for (const { map } of viewers) {
    const state = map.state()
    const sinceMs = state.kind === 'stale' ? state.sinceMs : Number.NaN
    // The last beat before it died may be up to 2 s old, and a frame on its way may come after.
    expect(Math.abs(sinceMs - killedAtMs)).toBeLessThan(2_500)
  }
  expect(viewers.map((viewer) => viewer.letters(seatCount))).toEqual(before)
  // Whoever comes now sees what the claims say, and is told that it is not live.
  const late = openViewer(wire.url, hall.showId)
  viewers.push(late)
  await untilState(late, 'stale')
  expect(late.letters(seatCount)).toBe(before[0])
  await world.redis.start()
  await convergeWithin(10_000)
}, 60_000)

test('a server is killed and another takes its place: all maps are right within 5 s', async () => {
  await openCrowd()
  const [killed, other] = [api, await world.api(secrets)]
  await buySeats(0, 20, (bought) => {
    if (bought !== 10) return
    api = other
    wire.layTo(other.url)
    return killed.kill()
  })
  await convergeWithin(5_000)
  expect(await lockedSeats()).toBe(20)
}, 60_000)

test('a server that shuts down moves its viewers, each at the moment it was told', async () => {
  await openCrowd()
  const old = api
  api = await world.api(secrets)
  wire.layTo(api.url)
  expect(await old.stop()).toBe(0)
  await buySeats(0, 5)
  // Told to come back within 5 s, and a pause of up to 2 s of its own.
  await convergeWithin(9_000)
}, 60_000)

test('a connection that is dead without having been closed is noticed and replaced', async () => {
  await openCrowd()
  wire.goDead()
  await buySeats(0, 5)
  await Promise.all(viewers.map((viewer) => untilState(viewer, 'stale')))
  await convergeWithin(20_000)
}, 60_000)

test('a token that ends is replaced by a fresh one, and the map stays live meanwhile', async () => {
  hall = await openHall(world.database.url, seatCount)
  const [[short = ''], [long = '']] = await Promise.all([tokens(1, 3_000), tokens(1)])
  const asked: TokenWanted[] = []
  const viewer = openViewer(wire.url, hall.showId, undefined, (wanted) => {
    asked.push(wanted)
    return wanted === 'expired' ? long : short
  })
  viewers.push(viewer)
  await untilState(viewer, 'live')
  await vi.waitFor(() => expect(asked).toEqual(['connect', 'expired']), { timeout: 30_000 })
  // Frames that follow come over a connection that the fresh token made.
  await buySeats(0, 2)
  await convergeWithin(5_000)
  expect(viewer.states.map(({ kind }) => kind)).toEqual(['connecting', 'live'])
  expect(asked).toEqual(['connect', 'expired'])
}, 30_000)

test.each([
  ['is no good', () => 'nonsense'],
  ['cannot be had', () => Promise.reject(new Error('The shop’s login is away'))],
])('a viewer whose token %s watches without one', async (what, token) => {
  hall = await openHall(world.database.url, seatCount)
  const asked: TokenWanted[] = []
  const viewer = openViewer(wire.url, hall.showId, undefined, (wanted) => {
    asked.push(wanted)
    return token()
  })
  viewers.push(viewer)
  await untilState(viewer, 'live')
  if (what === 'is no good') expect(asked).toEqual(['connect', 'refused'])
})

test('closed viewers leave nothing behind: no connection, no subscription', async () => {
  await openCrowd()
  await Promise.all(viewers.splice(0).map((viewer) => viewer.close()))
  await vi.waitFor(
    async () => {
      const metrics = await (await fetch(`${api.url}/metrics`)).text()
      const open = metrics.match(/^rowlock_(websockets|websocket_subscriptions) \d+$/gm)
      expect(open).toEqual(['rowlock_websockets 0', 'rowlock_websocket_subscriptions 0'])
    },
    { timeout: 8_000, interval: 100 },
  )
})
