/** Two API processes on a Redis Cluster: shows on every master are sold and watched, also when a master dies. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { until } from '../seating/until.ts'
import { guest, subscribe, type Watcher } from '../world/buyer.ts'
import { type FreshCluster, freshCluster } from '../world/redis-cluster.ts'
import { type ApiProcess, type RowlockWorld, rowlockWorld } from '../world/rowlock.ts'
import { type Hall, openHall } from './hall.ts'
import {
  type BookingAnswer,
  createBooking,
  type FrameMessage,
  type LockAnswer,
  lettersOf,
  lockSeats,
  type MapAnswer,
  seatMap,
  watchSeats,
} from './operations.ts'

const seatCount = 10

let cluster: FreshCluster
let world: RowlockWorld
let selling: ApiProcess
let showing: ApiProcess
let halls: Hall[]

beforeAll(async () => {
  const made = await Promise.all([freshCluster(), rowlockWorld()])
  cluster = made[0]
  world = made[1]
  const started = await Promise.all([
    world.api({ REDIS_URL: cluster.url }),
    world.api({ REDIS_URL: cluster.url }),
  ])
  selling = started[0]
  showing = started[1]
  halls = []
  for (let n = 0; n < 6; n++) halls.push(await openHall(world.database.url, seatCount))
}, 90_000)
afterAll(async () => {
  await world?.close()
  await cluster?.stop()
})

/** Repeats with the same key while it is told to try again. */
async function buy(hall: Hall, seat: number): Promise<void> {
  const buyer = await guest(selling.url)
  await until(
    `seat ${seat} to be bought`,
    async () => {
      const { lockSeats: locked } = await buyer.ask<LockAnswer>(lockSeats, {
        ...{ showId: hall.showId, seats: [`A-${seat}`], key: 'lock' },
      })
      if (!locked.lock) return false
      const { createBooking: booked } = await buyer.ask<BookingAnswer>(createBooking, {
        ...{ lockId: locked.lock.id, method: 'tok_ok', key: 'pay' },
      })
      return booked.booking?.state === 'CONFIRMED'
    },
    20_000,
  )
}

const watch = (hall: Hall): Watcher<FrameMessage> =>
  subscribe<FrameMessage>(showing.url, watchSeats, { showId: hall.showId })

async function mapAt(api: ApiProcess, hall: Hall): Promise<string> {
  const looker = await guest(api.url)
  const { seatMap: map } = await looker.ask<MapAnswer>(seatMap, { showId: hall.showId })
  return map.stale ? 'stale' : lettersOf(map.statuses, seatCount)
}

test('what is sold at one process is seen at the other, whichever master has the show', {
  timeout: 60_000,
}, async () => {
  const watchers = halls.map(watch)
  await Promise.all(watchers.map((viewer) => viewer.until((frames) => frames.length > 0)))
  await Promise.all(halls.map((hall) => buy(hall, 1)))
  for (const viewer of watchers) {
    await viewer.until((frames) => frames.some((frame) => /\b0b/.test(frame.seatStatusChanged.changes)))
    await viewer.close()
  }
})

test('a master dies in mid-sale: its shows go on, and every map comes to the claims', {
  timeout: 90_000,
}, async () => {
  const watchers = halls.map(watch)
  await Promise.all(watchers.map((viewer) => viewer.until((frames) => frames.length > 0)))
  const [first] = halls as [Hall]
  const dead = await cluster.masterOf(`rowlock:{${first.showNo}}`)
  const sales = halls.map((hall) => buy(hall, 2))
  await dead.kill()
  await dead.start()
  await Promise.all(sales)
  await Promise.all(halls.map((hall) => buy(hall, 3)))
  for (const hall of halls) {
    for (const api of [selling, showing])
      await until(
        'the map',
        async () => (await mapAt(api, hall)) === `bbb${'a'.repeat(seatCount - 3)}`,
        20_000,
      )
  }
  // Whoever watches is told, by a change or by a position that sends them to the map.
  for (const [n, hall] of halls.entries()) {
    const { rows } = await world.query(
      `SELECT count(*)::int AS sold, count(DISTINCT seat_no)::int AS seats FROM ticket WHERE show_id = $1`,
      [hall.showNo],
    )
    expect(rows[0]).toEqual({ sold: 3, seats: 3 })
    await watchers[n]?.close()
  }
})
