import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { beforeAll, expect, test } from 'vitest'
import { type EmbeddedServer, startRedis } from '../../src/embedded/index.ts'
import { freshRedis } from '../world/redis.ts'
import { until } from './start-owner.ts'
import { makeTestFolder } from './test-folder.ts'

let folder: string
const log = () => {}

beforeAll(() => {
  folder = makeTestFolder('redis')
})

async function ask<T>(server: { url: string }, question: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(server.url, { retryStrategy: () => null })
  redis.on('error', () => {})
  try {
    return await question(redis)
  } finally {
    redis.disconnect()
  }
}

const start = (persist: boolean): Promise<EmbeddedServer> =>
  startRedis({ dataDir: join(folder, persist ? 'kept' : 'lost'), log, persist })

function appended(): string {
  const log = join(folder, 'kept/data/appendonlydir')
  return readdirSync(log)
    .map((name) => readFileSync(join(log, name), 'latin1'))
    .join('')
}

test('a persisting one keeps its data over a stop and over a kill', async () => {
  const first = await start(true)
  await ask(first, (redis) => redis.set('stopped', '1'))
  await first.stop()
  const second = await start(true)
  await ask(second, (redis) => redis.set('killed', '1'))
  await until('it to be in the append-only file', () => appended().includes('killed'))
  await second.kill()
  const third = await start(true)
  expect(await ask(third, (redis) => redis.mget('stopped', 'killed'))).toEqual(['1', '1'])
  await third.stop()
})

test('one that does not persist begins empty, with the same password', async () => {
  const first = await start(false)
  await ask(first, (redis) => redis.set('key', '1'))
  await first.stop()
  const second = await start(false)
  expect(new URL(second.url).password).toBe(new URL(first.url).password)
  expect(await ask(second, (redis) => redis.dbsize())).toBe(0)
  await second.stop()
})

test('it has sharded pub/sub, evicts nothing, listens on loopback only, and wants its password', async () => {
  const server = await start(false)
  const { url } = server
  expect(await ask(server, (redis) => redis.spublish('channel', 'message'))).toBe(0)
  expect(await ask(server, (redis) => redis.config('GET', 'maxmemory-policy'))).toContain('noeviction')
  expect(await ask(server, (redis) => redis.config('GET', 'bind'))).toContain('127.0.0.1')
  await expect(ask({ url: url.replace(/:[^@:]+@/, ':guess@') }, (redis) => redis.ping())).rejects.toThrow()
  await server.stop()
})

test('a test`s own Redis keeps its address over a kill and a restart, and is empty after it', async () => {
  const redis = await freshRedis()
  const pid = redis.pid()
  await ask(redis, (client) => client.set('key', '1'))
  await redis.restart()
  expect(redis.pid()).not.toBe(pid)
  expect(await ask(redis, (client) => client.dbsize())).toBe(0)
  await redis.kill()
  await redis.start()
  expect(await ask(redis, (client) => client.ping())).toBe('PONG')
  await redis.stop()
})
