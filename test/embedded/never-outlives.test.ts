import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { spawnGuarded } from '../../src/embedded/guard.ts'
import { isRunning, type Owner, startOwner, until } from './start-owner.ts'
import { makeTestFolder } from './test-folder.ts'

let folder: string
let owner: Owner

beforeAll(() => {
  folder = makeTestFolder('owned')
})
beforeEach(async () => {
  owner = await startOwner(folder)
})
afterEach(async () => {
  if (isRunning(owner.pid)) owner.kill('SIGKILL')
  await gone()
})

const pids = () => [owner.servers.postgres.pid, owner.servers.redis.pid]
const gone = () => until('both servers to be gone', () => !pids().some(isRunning))

test('an owner killed with SIGKILL takes its servers along', async () => {
  expect(pids().every(isRunning)).toBe(true)
  owner.kill('SIGKILL')
  await gone()
})

test.each(['crash', 'leave'] as const)(
  'an owner that ends without stopping its servers (%s) takes them along',
  async (how) => {
    await owner.tell(how)
    await gone()
  },
)

test('a terminal`s Ctrl-C reaches the owner and not its servers, so that it can close in order', async () => {
  owner.kill('SIGINT')
  await until('the owner to be interrupted', () => owner.lines.includes('interrupted'))
  expect(pids().every(isRunning)).toBe(true)
  await owner.tell('stop')
  expect(pids().some(isRunning)).toBe(false)
})

test('a start right after an owner was killed waits for its servers to end, and finds their data', async () => {
  owner.kill('SIGKILL')
  const before = pids()
  owner = await startOwner(folder)
  expect(before.some(isRunning)).toBe(false)
  expect(readFileSync(owner.servers.postgres.logFile, 'utf8')).not.toContain('automatic recovery')
})

test('a program that does not end when asked is killed', async () => {
  const output = openSync(join(folder, 'stubborn.log'), 'w')
  const pidFile = join(folder, 'stubborn.pid')
  const args = ['-c', 'trap "" TERM; echo deaf; while :; do sleep 0.05; done']
  const program = spawnGuarded(
    { command: 'sh', args, pidFile, stopSignal: 'SIGTERM', stopMsMax: 200 },
    output,
  )
  closeSync(output)
  await until('it to be deaf', () => readFileSync(join(folder, 'stubborn.log'), 'utf8').includes('deaf'))
  expect(Number(readFileSync(pidFile, 'utf8'))).toBe(program.pid)
  // What the end of this process does to the pipe.
  program.stdin?.destroy()
  await until('it to be gone', () => program.signalCode === 'SIGKILL')
})

afterAll(() => expect(pids().some(isRunning)).toBe(false))
