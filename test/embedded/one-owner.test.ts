import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { FolderInUse, startRedis } from '../../src/embedded/index.ts'
import { startOwner, tryOwner } from './start-owner.ts'
import { makeTestFolder } from './test-folder.ts'

let folder: string
const log = () => {}

beforeAll(() => {
  folder = makeTestFolder('one-owner')
})

test('a folder in use is refused, naming the process that uses it and how to stop it', async () => {
  const owner = await startOwner(folder)
  const refusal = await tryOwner(folder)
  expect(refusal).toMatchObject({ failure: 'FolderInUse' })
  expect(refusal).toMatchObject({ message: expect.stringContaining(`kill ${owner.pid}`) })
  await expect(startRedis({ dataDir: join(folder, 'redis'), log })).rejects.toThrow(FolderInUse)
  await owner.tell('stop')
})

test('of several starters at once, on a folder whose owner died, exactly one gets it', async () => {
  const dataDir = join(folder, 'contested')
  mkdirSync(join(dataDir, 'redis'), { recursive: true })
  // The id is alive, but its process was born at another time.
  writeFileSync(join(dataDir, 'redis/owner'), `${process.pid} another-boot 1`)
  const starters = await Promise.all(Array.from({ length: 4 }, () => tryOwner(dataDir, { names: ['redis'] })))
  const owners = starters.filter((starter) => 'pid' in starter)
  expect(owners).toHaveLength(1)
  for (const starter of starters.filter((starter) => 'failure' in starter)) {
    expect(starter.failure).toBe('FolderInUse')
  }
  await owners[0]?.tell('stop')
})

test('a stopped server leaves its folder free', async () => {
  const dataDir = join(folder, 'freed')
  const first = await startRedis({ dataDir, log })
  await first.stop()
  expect(existsSync(join(dataDir, 'owner'))).toBe(false)
  const second = await startRedis({ dataDir, log })
  await second.kill()
  expect(existsSync(join(dataDir, 'owner'))).toBe(false)
})

test('an owner is told when its server ends by another hand, with its last words, and not when it asked', async () => {
  const server = await startRedis({ dataDir: join(folder, 'ended'), log })
  process.kill(server.pid, 'SIGTERM')
  const ending = await server.ended
  expect(ending.asked).toBe(false)
  expect(ending.how).toContain('Redis is now ready to exit')
  const next = await startRedis({ dataDir: join(folder, 'ended'), log })
  await next.stop()
  expect(await next.ended).toMatchObject({ asked: true })
})

test('a folder that cannot be written is refused with the command that mends it', async () => {
  const file = join(folder, 'a-file')
  writeFileSync(file, '')
  await expect(startRedis({ dataDir: join(file, 'redis'), log })).rejects.toThrow(/must be writable.*chown/s)
})
