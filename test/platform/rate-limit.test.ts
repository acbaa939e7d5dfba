import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { createRateLimiter, type RateLimiter } from '../../src/platform/rate-limit.ts'
import { openRedis, type RedisConnection, redisDefaults } from '../../src/platform/redis.ts'
import { type FreshRedis, freshRedis } from '../world/redis.ts'

type Operation = 'look' | 'take'

const rates = { look: { points: 5, windowS: 60 }, take: { points: 2, windowS: 1 } }
const waitMsMax = 10_000

let server: FreshRedis
const opened: RedisConnection[] = []
let prefixes = 0

beforeAll(async () => {
  server = await freshRedis()
})
afterAll(() => server.stop())
afterEach(() => Promise.all(opened.splice(0).map((connection) => connection.close())))

interface Limited {
  limiter: RateLimiter<Operation>
  refused: Operation[]
  away: unknown[]
  connection: RedisConnection
}

async function limited(keyPrefix = `test${prefixes++}:`): Promise<Limited> {
  const connection = openRedis({ ...redisDefaults, url: server.url, name: 'rate-limit' }, () => {})
  opened.push(connection)
  await connection.whenReady(waitMsMax)
  const refused: Operation[] = []
  const away: unknown[] = []
  const limiter = createRateLimiter<Operation>({
    redis: connection.redis,
    keyPrefix,
    rates,
    nowMs: () => performance.now(),
    onRefused: (operation) => refused.push(operation),
    onAway: (error) => away.push(error),
  })
  return { limiter, refused, away, connection }
}

async function spend(limiter: RateLimiter<Operation>, calls: number, who = 'alice'): Promise<number> {
  const answers = await Promise.all(Array.from({ length: calls }, () => limiter.consume('look', who)))
  return answers.filter((refusal) => refusal === null).length
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + waitMsMax
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error('It did not happen in time')
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

test('so many calls pass and no more, each refusal saying when to come back', async () => {
  const { limiter, refused } = await limited()
  expect(await spend(limiter, 20)).toBe(5)
  const refusal = await limiter.consume('look', 'alice')
  expect(refusal?.retryAfterMs).toBeGreaterThan(0)
  expect(refusal?.retryAfterMs).toBeLessThanOrEqual(60_000)
  expect(refused).toHaveLength(16)
})

test('callers and operations are counted apart', async () => {
  const { limiter } = await limited()
  await spend(limiter, 5)
  expect(await limiter.consume('look', 'bob')).toBeNull()
  expect(await limiter.consume('take', 'alice')).toBeNull()
})

test('processes count together', async () => {
  const one = await limited('together:')
  const two = await limited('together:')
  const passed = await Promise.all([spend(one.limiter, 10), spend(two.limiter, 10)])
  expect(passed[0] + passed[1]).toBe(5)
})

test('a call may cost several points', async () => {
  const { limiter } = await limited()
  expect(await limiter.consume('look', 'alice', 4)).toBeNull()
  expect(await limiter.consume('look', 'alice', 2)).not.toBeNull()
})

test('who waits as long as was said may go on, however often was asked meanwhile', async () => {
  const { limiter } = await limited()
  await limiter.consume('take', 'alice', 2)
  await until(async () => (await limiter.consume('take', 'alice')) === null)
})

test('an IPv6 network is one caller, an IPv4 address is one', async () => {
  const { limiter } = await limited()
  expect(await spend(limiter, 5, '2001:db8:1:2::1')).toBe(5)
  expect(await limiter.consume('look', '2001:db8:1:2:ffff::7')).not.toBeNull()
  expect(await limiter.consume('look', '2001:db8:1:3::1')).toBeNull()
  expect(await spend(limiter, 5, '::ffff:192.0.2.1')).toBe(5)
  expect(await limiter.consume('look', '192.0.2.1')).not.toBeNull()
  expect(await limiter.consume('look', '192.0.2.2')).toBeNull()
})

test('without Redis the process counts alone', async () => {
  const limiter = createRateLimiter<Operation>({ redis: null, keyPrefix: '', rates, nowMs: () => 0 })
  expect(await spend(limiter, 20)).toBe(5)
})

test('Redis is killed: limits hold, at once and without errors; it comes back: processes count together again', async () => {
  const keyPrefix = 'killed:'
  const { limiter, away, connection } = await limited(keyPrefix)
  expect(await spend(limiter, 20)).toBe(5)
  await server.kill()
  await until(() => connection.home() === null)
  const before = performance.now()
  expect(await spend(limiter, 20)).toBe(5)
  expect(performance.now() - before).toBeLessThan(1_000)
  expect(away).toHaveLength(1)

  await server.start()
  await connection.whenReady(waitMsMax)
  const { limiter: another } = await limited(keyPrefix)
  let callers = 0
  await until(async () => {
    const who = `caller ${callers++}`
    await limiter.consume('look', who, 5)
    // What one process counted, the other knows.
    return (await another.consume('look', who)) !== null
  })
})

test('Redis hangs: nobody waits for it longer than a quarter of a second, and after that not at all', async () => {
  const { limiter, away } = await limited()
  process.kill(server.pid(), 'SIGSTOP')
  try {
    const before = performance.now()
    expect(await spend(limiter, 20)).toBe(5)
    const first = performance.now() - before
    expect(await limiter.consume('look', 'alice')).not.toBeNull()
    expect(first).toBeLessThan(1_000)
    expect(performance.now() - before - first).toBeLessThan(100)
    expect(away).toHaveLength(1)
  } finally {
    process.kill(server.pid(), 'SIGCONT')
  }
})

test('a flood of callers while Redis is away does not fill the memory', async () => {
  const limiter = createRateLimiter<Operation>({
    redis: null,
    keyPrefix: '',
    rates,
    nowMs: () => 0,
    ownKeysMax: 1_000,
  })
  let passed = 0
  for (let at = 0; at < 10_000; at++) {
    if ((await limiter.consume('look', `caller ${at}`)) === null) passed += 1
  }
  // Callers that share a key share its points, so no more keys can be in use than there are.
  expect(passed).toBeLessThanOrEqual(1_000 * rates.look.points)
})
