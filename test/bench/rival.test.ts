/** The rival of the bench sells, and never a seat twice: otherwise it would have no number. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openHall } from '../journeys/hall.ts'
import { postGraphql, subscribe } from '../world/buyer.ts'
import { type RowlockWorld, rowlockWorld, worldSecrets } from '../world/rowlock.ts'

let world: RowlockWorld
let rival: ChildProcess
let url: string
let showId: number
let tokens: string[]

beforeAll(async () => {
  world = await rowlockWorld()
  const hall = await openHall(world.database.url, 20)
  showId = Number(Buffer.from(hall.showId, 'base64').toString().split(':')[1])
  tokens = await world.guests(200)
  const main = resolve(import.meta.dirname, '../../bench/rival/rival-server.ts')
  rival = spawn(process.execPath, [main], {
    env: { PATH: process.env.PATH, ...worldSecrets, ...world.env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = await once(createInterface(rival.stdout as NodeJS.ReadableStream), 'line')
  url = `http://127.0.0.1:${JSON.parse(line).listening}`
})
afterAll(async () => {
  rival.kill('SIGKILL')
  await once(rival, 'exit')
  await world.close()
})

const lock = (seats: number[], token: string | undefined) =>
  postGraphql<{ lockSeats: { id: string } } | null>(
    url,
    'mutation ($showId: Int!, $seats: [Int!]!) { lockSeats(showId: $showId, seats: $seats) { id } }',
    { showId, seats },
    token,
  )
const book = (lockId: string | undefined, token: string | undefined) =>
  postGraphql<{ createBooking: { state: string } } | null>(
    url,
    'mutation ($lockId: ID!) { createBooking(lockId: $lockId, paymentMethod: "tok_ok") { state } }',
    { lockId },
    token,
  )

test('200 buyers on 20 seats: each seat is sold once, and whoever watches is told', {
  timeout: 60_000,
}, async () => {
  const watching = subscribe<{ seatStatusChanged: { seatNo: number; status: string }[] }>(
    url,
    'subscription ($showId: Int!) { seatStatusChanged(showId: $showId) { seatNo status } }',
    { showId },
  )
  const states = await Promise.all(
    tokens.map(async (token, n) => {
      const { data, errors } = await lock([n % 20], token)
      if (errors) return errors[0]?.message
      const { data: booked, errors: failures } = await book(data?.lockSeats?.id, token)
      return booked?.createBooking?.state ?? failures?.[0]?.message
    }),
  )
  expect(states.filter((state) => state === 'CONFIRMED')).toHaveLength(20)
  const { rows } = await world.query(
    `SELECT count(*)::int AS tickets, count(DISTINCT seat_no)::int AS seats FROM ticket WHERE state = 'valid'`,
  )
  expect(rows[0]).toEqual({ tickets: 20, seats: 20 })
  const sold = () =>
    watching.received.flatMap(({ seatStatusChanged }) =>
      seatStatusChanged.filter(({ status }) => status === 'SOLD').map(({ seatNo }) => seatNo),
    )
  await watching.until(() => new Set(sold()).size > 0)
  await watching.close()
})
