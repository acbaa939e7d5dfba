/** Callers who ask too often: told so by a type with the time to wait, each for themselves, also while Redis is away. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { printId } from '../../src/graphql/index.ts'
import { pick } from '../graphql/api-world.ts'
import { operations } from '../graphql/attack-operations.ts'
import { type Ask, type AttackWorld, attackWorld, readAnswer, toldCode } from '../graphql/attack-world.ts'

let world: AttackWorld
beforeAll(async () => {
  world = await attackWorld()
})
afterAll(() => world.close())

const seatSelectionMax = 60
const bookingMax = 30

const madeUpLock = () => printId('SeatLock', `${world.hall.shows.onSale}.${randomUUID()}`)
/** Every verb of seat selection in turn: they share one allowance. */
const select = (ask: Ask, turn: number) => {
  const lockId = madeUpLock()
  const key = randomUUID()
  if (turn % 3 === 0) return ask(operations.lockSeats, { showId: world.showId(), seats: ['no-such'], key })
  if (turn % 3 === 1) return ask(operations.extendLock, { lockId, key })
  return ask(operations.releaseLock, { lockId })
}
const pay = (ask: Ask, turn: number) =>
  turn % 2
    ? ask(operations.cancelBooking, { id: printId('Booking', randomUUID()) })
    : ask(operations.createBooking, { lockId: madeUpLock(), method: 'tok_ok', key: randomUUID() })

async function codesOf(
  count: number,
  ask: (turn: number) => ReturnType<Ask>,
): Promise<(string | undefined)[]> {
  const answers = await Promise.all(Array.from({ length: count }, (_, turn) => ask(turn)))
  return answers.map(toldCode)
}

const limited = (codes: (string | undefined)[]) => codes.filter((code) => code === 'RATE_LIMITED').length

test('60 seat selections a minute are one buyer’s, whichever verbs they are, and the next is told when', async () => {
  const { ask } = await world.guest()
  expect(limited(await codesOf(seatSelectionMax, (turn) => select(ask, turn)))).toBe(0)
  expect(limited(await codesOf(12, (turn) => select(ask, turn)))).toBe(12)
  const { data } = await ask(operations.lockSeats, {
    showId: world.showId(),
    seats: ['stalls-A-1'],
    key: 'k',
  })
  expect(data?.lockSeats).toMatchObject({
    __typename: 'RateLimited',
    message: expect.stringMatching(/again in \d+ s/),
  })
  const waitMs = Number(pick(data, 'lockSeats.retryAfterMs'))
  expect(waitMs).toBeGreaterThan(0)
  expect(waitMs).toBeLessThanOrEqual(60_000)
  expect(toldCode(await pay(ask, 0))).toBe('LOCK_NOT_FOUND')
  expect(toldCode(await select((await world.guest()).ask, 0))).toBe('UNKNOWN_SEATS')
})

test('30 bookings and cancellations a minute are one buyer’s', async () => {
  const { ask } = await world.guest()
  expect(limited(await codesOf(bookingMax, (turn) => pay(ask, turn)))).toBe(0)
  expect(limited(await codesOf(6, (turn) => pay(ask, turn)))).toBe(6)
  expect(toldCode(await select(ask, 0))).toBe('UNKNOWN_SEATS')
})

test('many mutations in one request are counted one by one', async () => {
  const { ask } = await world.guest()
  const many = (from: number) =>
    `mutation{${Array.from({ length: 10 }, (_, i) => `a${from + i}:releaseLock(lockId:"${madeUpLock()}"){...on Refusal{code}}`).join(' ')}}`
  for (let request = 0; request < seatSelectionMax / 10; request++) {
    expect((await ask(many(request * 10))).text).not.toContain('RATE_LIMITED')
  }
  const { text } = await ask(many(900))
  expect(text.match(/RATE_LIMITED/g)).toHaveLength(10)
})

test('a renewed token is the same buyer, with the same allowance', async () => {
  const { ask } = await world.guest()
  await codesOf(seatSelectionMax, (turn) => select(ask, turn))
  const { data } = await ask('mutation{startGuestSession{...on StartGuestSessionOk{token}}}')
  const answer = await readAnswer(
    await world.post(JSON.stringify({ query: `mutation{releaseLock(lockId:"x"){...on Refusal{code}}}` }), {
      authorization: `Bearer ${pick(data, 'startGuestSession.token')}`,
    }),
  )
  expect(toldCode(answer)).toBe('RATE_LIMITED')
})

test('guest sessions are not had without end, and an invented address does not help', async () => {
  const start = (turn: number) =>
    world
      .post(
        '{"query":"mutation{startGuestSession{__typename ...on Refusal{code} ...on RateLimited{retryAfterMs}}}"}',
        {
          'x-forwarded-for': `10.0.0.${turn}`,
        },
      )
      .then(readAnswer)
  const codes = await codesOf(70, start)
  expect(limited(codes)).toBeGreaterThanOrEqual(10)
})

test('whoever asks for too much in all gets 429 and when to come back, as a buyer', async () => {
  const { token } = await world.guest()
  // 4,000 points and more each.
  const dear = JSON.stringify({ query: '{events(first:100){edges{node{shows(first:18){edges{cursor}}}}}}' })
  let refused: Response | undefined
  for (let round = 0; round < 12 && !refused; round++) {
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => world.post(dear, { authorization: `Bearer ${token}` })),
    )
    refused = answers.find(({ status }) => status === 429)
  }
  expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0)
  const answer = refused && (await readAnswer(refused))
  expect(answer?.errors[0]?.extensions).toMatchObject({
    code: 'RATE_LIMITED',
    retryAfterMs: expect.any(Number),
  })
})

test('with Redis away each process keeps the limits by itself', async () => {
  const { ask } = await world.guest()
  await world.redis.kill()
  try {
    const codes = await codesOf(seatSelectionMax, (turn) => select(ask, turn))
    expect(limited(codes)).toBe(0)
    expect(limited(await codesOf(6, (turn) => select(ask, turn)))).toBe(6)
    const other = await world.guest()
    expect(limited(await codesOf(bookingMax, (turn) => pay(other.ask, turn)))).toBe(0)
    expect(limited(await codesOf(3, (turn) => pay(other.ask, turn)))).toBe(3)
  } finally {
    await world.redis.start()
  }
})

test('all of this left the process alive and without a fault', async () => {
  expect(world.faults()).toEqual([])
  expect(await world.isAlive()).toBe(true)
})
