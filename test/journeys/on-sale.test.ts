import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { actor, guest } from '../world/buyer.ts'
import { type ApiProcess, type RowlockWorld, rowlockWorld } from '../world/rowlock.ts'
import { openHall } from './hall.ts'
import {
  type BookingAnswer,
  createBooking,
  type LockAnswer,
  lettersOf,
  lockSeats,
  type MapAnswer,
  seatMap,
} from './operations.ts'

let world: RowlockWorld
let processes: ApiProcess[]

beforeAll(async () => {
  world = await rowlockWorld()
  processes = await Promise.all([world.api(), world.api(), world.api()])
})
afterAll(() => world.close())

const seatCount = 20
const processOf = (n: number) => processes[n % processes.length] as ApiProcess

interface Outcome {
  /** What the buyer was told at last. */
  told: string
  seatId?: string
}

/** A buyer who wants one seat, tries others when it is gone, and repeats a request that got no answer. */
async function buy(n: number, showId: string, token: string): Promise<Outcome> {
  for (let round = 0; round < 6; round++) {
    const seatId = `A-${((n * 7 + round * 3) % seatCount) + 1}`
    const locked = await persist(n, (url) =>
      actor(url, token).ask<LockAnswer>(lockSeats, { showId, seats: [seatId], key: `lock-${round}` }),
    )
    const lock = locked.lockSeats.lock
    if (!lock) {
      if (round === 5) return { told: locked.lockSeats.code ?? 'nothing' }
      continue
    }
    const booked = await persist(n, (url) =>
      actor(url, token).ask<BookingAnswer>(createBooking, { lockId: lock.id, method: 'tok_ok', key: 'pay' }),
    )
    const { booking, code } = booked.createBooking
    if (booking?.state === 'CONFIRMED') return { told: 'CONFIRMED', seatId }
    return { told: booking?.state ?? code ?? 'nothing' }
  }
  return { told: 'nothing' }
}

/** Repeats with the same key at the next process while there is no answer, or one that says to try again. */
async function persist<Answer>(n: number, ask: (url: string) => Promise<Answer>): Promise<Answer> {
  const deadline = performance.now() + 40_000
  for (let attempt = 0; ; attempt++) {
    try {
      const answer = await ask(processOf(n + attempt).url)
      if (!JSON.stringify(answer).includes('"TRY_AGAIN"')) return answer
    } catch (error) {
      if (performance.now() > deadline) throw error
    }
    if (performance.now() > deadline) throw new Error('No answer in 40 s')
    await pause(50 + Math.random() * 100)
  }
}

/** The promises as SQL: what is sold, ticketed, paid and mapped must be the same seats. */
async function audit(showNo: number) {
  const { rows } = await world.query(
    `SELECT (SELECT count(*)::int FROM seat_claim WHERE show_id = $1 AND state = 'sold') AS sold,
            (SELECT count(*)::int FROM seat_claim WHERE show_id = $1 AND state = 'paying') AS paying,
            (SELECT count(*)::int FROM ticket WHERE show_id = $1 AND state = 'valid') AS tickets,
            (SELECT count(DISTINCT seat_no)::int FROM ticket WHERE show_id = $1 AND state = 'valid') AS seats,
            (SELECT coalesce(sum(total_minor), 0)::int FROM booking WHERE show_id = $1 AND state = 'CONFIRMED') AS paid`,
    [showNo],
  )
  const { movements } = (await fetch(`${world.sandbox.url}/admin/movements`).then((response) =>
    response.json(),
  )) as {
    movements: { intentId: string; kind: string; amountMinor: number }[]
  }
  const intents = await world.query(
    'SELECT p.intent_id FROM payment p JOIN booking b ON b.id = p.booking_id WHERE b.show_id = $1',
    [showNo],
  )
  const mine = new Set(intents.rows.map((row) => row.intent_id))
  const net = movements
    .filter((movement) => mine.has(movement.intentId))
    .reduce((sum, { kind, amountMinor }) => sum + (kind === 'capture' ? amountMinor : -amountMinor), 0)
  return { ...rows[0], net }
}

async function finalMap(showId: string): Promise<string> {
  const someone = await guest(processOf(0).url)
  const { seatMap: map } = await someone.ask<MapAnswer>(seatMap, { showId })
  return lettersOf(map.statuses, seatCount)
}

test('200 buyers on 20 seats at three processes: exactly 20 are sold and paid, everyone else is told why', async () => {
  const { showId, showNo } = await openHall(world.database.url, seatCount)
  const buyers = await world.guests(200)
  const outcomes = await Promise.all(buyers.map((token, n) => buy(n, showId, token)))
  const confirmed = outcomes.filter((outcome) => outcome.told === 'CONFIRMED')
  expect(confirmed).toHaveLength(seatCount)
  expect(new Set(confirmed.map((outcome) => outcome.seatId)).size).toBe(seatCount)
  const others = new Set(
    outcomes.filter((outcome) => outcome.told !== 'CONFIRMED').map((outcome) => outcome.told),
  )
  expect([...others]).toEqual(['SEATS_UNAVAILABLE'])
  expect(await audit(showNo)).toEqual({
    sold: 20,
    paying: 0,
    tickets: 20,
    seats: 20,
    paid: 50_000,
    net: 50_000,
  })
  expect(await finalMap(showId)).toBe('b'.repeat(seatCount))
}, 90_000)

test('the same with Redis emptied, Redis restarted and a process killed in the middle', async () => {
  const { showId, showNo } = await openHall(world.database.url, seatCount)
  const buyers = await world.guests(200)
  const sale = Promise.all(buyers.map((token, n) => buy(n, showId, token)))
  const sold = async () => (await audit(showNo)).sold as number
  const reach = async (count: number) => {
    while ((await sold()) < count) await pause(10)
  }
  await reach(2)
  await world.flushRedis()
  await reach(6)
  const [victim] = processes.splice(0, 1)
  await victim?.kill()
  await reach(9)
  await world.redis.restart()
  const outcomes = await sale
  const confirmed = outcomes.filter((outcome) => outcome.told === 'CONFIRMED')
  const seats = new Set(confirmed.map((outcome) => outcome.seatId))
  expect(seats.size).toBe(confirmed.length)
  // What the killed process had begun is carried on by another, so the books close by themselves.
  const deadline = performance.now() + 60_000
  let books = await audit(showNo)
  while ((books.paying > 0 || books.sold !== books.tickets) && performance.now() < deadline) {
    await pause(100)
    books = await audit(showNo)
  }
  expect(books).toMatchObject({ paying: 0, tickets: books.sold, seats: books.sold, paid: books.net })
  expect(books.sold).toBeGreaterThanOrEqual(confirmed.length)
  const map = await finalMap(showId)
  expect([...map].filter((letter) => letter === 'b')).toHaveLength(books.sold)
}, 180_000)
