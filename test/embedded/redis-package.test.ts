import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeEach, expect, test } from 'vitest'
import { adviceForRedis } from '../../src/embedded/redis-advice.ts'
import { type FakeApt, fakeApt } from './fake-apt.ts'
import { copyProject, makeTestFolder } from './test-folder.ts'

let project: string
let cache: string

beforeEach(() => {
  project = copyProject(makeTestFolder('package'), (part) => !part.startsWith('node_modules'))
  cache = join(project, 'node_modules/.cache/rowlock')
})

async function find(apt: FakeApt | null, path = apt ? fakeApt(project, apt) : '/nowhere') {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [join(project, 'test/embedded/find-redis-in.ts')],
    { env: { PATH: path, HOME: project } },
  )
  return JSON.parse(stdout)
}

function onPath(name: string, version: string): string {
  const bin = join(project, 'installed')
  mkdirSync(bin, { recursive: true })
  writeFileSync(join(bin, name), `#!/bin/sh\necho "Server v=${version} sha=0"\n`, { mode: 0o755 })
  return bin
}

test('a Redis or Valkey on the PATH that is new enough is used, and nothing is downloaded', async () => {
  expect(await find(null, onPath('redis-server', '7.0.15'))).toMatchObject({ redis: { version: '7.0.15' } })
  const path = `${onPath('redis-server', '6.0.16')}:${onPath('valkey-server', '8.1.0')}`
  expect(await find(null, path)).toMatchObject({
    redis: { command: 'valkey-server', version: '8.1.0' },
    told: [],
  })
  expect(existsSync(cache)).toBe(false)
})

test('otherwise the system`s package is unpacked with its libraries, told about, and kept for the next time', async () => {
  const first = await find({ offers: '7.0.15' })
  expect(first.redis.env.LD_LIBRARY_PATH).toMatch(/usr\/lib\/here$/)
  expect(first.told[0]).toContain('Downloading Redis')
  const second = await find({ offers: null })
  expect(second).toEqual({ redis: first.redis, told: [] })
  expect(readdirSync(cache)).toHaveLength(1)
})

test('apt keeps off the system: own lists, caches and state, the system`s proxy, none of its hooks', async () => {
  const configuration = [
    'Acquire::http::Proxy "http://proxy:3128";',
    'APT::Update::Post-Invoke "";',
    'APT::Update::Post-Invoke:: "rm -f /var/cache/apt/*.bin || true";',
    'APT::Update::Post-Invoke-Success:: "/usr/bin/tell-someone";',
    'DPkg::Post-Invoke:: "rm -f /var/cache/apt/archives/*.deb || true";',
  ].join('\n')
  await find({ offers: '7.0.15', configuration })
  const used = readFileSync(join(project, 'apt.conf'), 'utf8')
  expect(used).toContain('Acquire::http::Proxy "http://proxy:3128";')
  expect(used).not.toMatch(/Invoke/)
  for (const name of ['Dir::State', 'Dir::State::lists', 'Dir::Cache', 'Dir::Log']) {
    expect(used).toMatch(new RegExp(`^${name} "${cache}/part-`, 'm'))
  }
})

test('several processes that need it at once all get it, and leave one copy', async () => {
  const found = await Promise.all(Array.from({ length: 4 }, () => find({ offers: '7.2.4' })))
  for (const { redis } of found) expect(redis).toEqual(found[0]?.redis)
  expect(readdirSync(cache)).toHaveLength(1)
})

test('what a killed process left is removed, and a package that no longer runs is replaced', async () => {
  await find({ offers: '7.0.15' })
  const [name = ''] = readdirSync(cache)
  writeFileSync(join(cache, name, 'usr/bin/redis-server'), 'broken')
  mkdirSync(join(cache, 'part-4194305-abc/tree'), { recursive: true })
  expect(await find({ offers: '7.4.1' })).toMatchObject({ redis: { version: '7.4.1' } })
  expect(readdirSync(cache)).toEqual([name])
})

test('without apt, with its source away, or with too old a package, one sentence says so and what to do', async () => {
  expect(await find(null)).toMatchObject({
    failure: 'EmbeddedFailure',
    message: expect.stringContaining('no apt'),
  })
  const away = await find({ offers: null })
  expect(away.message).toContain('the source is away')
  const path = `${onPath('redis-server', '6.0.16')}:${fakeApt(project, { offers: '6.0.16' })}`
  const old = await find(null, path)
  expect(old.message).toMatch(/needs Redis 7\.0 or later.*redis-server 6\.0\.16, which is too old/)
  for (const { message } of [away, old]) expect(message).toContain('or set REDIS_URL')
  expect(readdirSync(cache)).toEqual([])
})

test.each([
  ['debian', 'sudo apt-get install redis-server'],
  ['ubuntu debian', 'sudo apt-get install redis-server'],
  ['rocky rhel centos fedora', 'sudo dnf install valkey'],
  ['alpine', 'apk add redis'],
  ['darwin', 'brew install redis'],
  ['plan9', 'Install Redis or Valkey with your package manager'],
])('the advice fits the reader`s system (%s)', (system, advice) => {
  expect(adviceForRedis(system)).toContain(advice)
})
