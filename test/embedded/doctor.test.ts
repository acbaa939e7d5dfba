import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, inject, test } from 'vitest'
import { checkClock } from '../../scripts/doctor/clock.ts'
import { checkDisk } from '../../scripts/doctor/disk.ts'
import { checkNode } from '../../scripts/doctor/node.ts'
import { freshRedis } from '../world/redis.ts'
import { projectDir } from './start-owner.ts'

function doctor(env: Record<string, string>) {
  const run = spawnSync(process.execPath, ['scripts/doctor.ts'], {
    cwd: projectDir,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, PORT: '0', ...env },
    encoding: 'utf8',
  })
  const line = (what: string) => run.stdout.split('\n').find((text) => text.includes(`  ${what}`)) ?? ''
  return { ...run, line }
}

test('on a machine that has everything each check says ok, and the exit code is 0', async () => {
  const redis = await freshRedis()
  const run = doctor({ DATABASE_URL: inject('postgresUrl'), REDIS_URL: redis.url })
  await redis.stop()
  expect(run.stdout).not.toContain('failed')
  expect(run.line('PostgreSQL')).toMatch(/^ok .* 18\.\d+ at 127\.0\.0\.1/)
  expect(run.line('Redis')).toMatch(/^ok /)
  expect(run.line('clock')).toContain('in agreement with PostgreSQL and Redis')
  expect(run.status).toBe(0)
})

test('without servers of one`s own, the embedded ones are checked', () => {
  const run = doctor({})
  expect(run.line('PostgreSQL')).toMatch(/^ok .*embedded/)
  expect(run.line('Redis')).toMatch(/^ok /)
})

test('a server that does not answer is a failure with its cause, and its password is not shown', () => {
  const run = doctor({
    DATABASE_URL: 'postgresql://me:hush@127.0.0.1:1/mine',
    REDIS_URL: 'redis://:hush@127.0.0.1:1',
  })
  expect(run.line('PostgreSQL')).toMatch(/^failed .*127\.0\.0\.1:1\/mine.*ECONNREFUSED.*unset it/)
  expect(run.line('Redis')).toMatch(/^failed .*ECONNREFUSED.*unset it/)
  expect(run.stdout).not.toContain('hush')
  expect(run.status).toBe(1)
})

test('a wrong password is told as one', async () => {
  const redis = await freshRedis()
  const wrong = (url: string) => url.replace(/:[^:@/]*@/, ':wrong@')
  const run = doctor({ DATABASE_URL: wrong(inject('postgresUrl')), REDIS_URL: wrong(redis.url) })
  await redis.stop()
  expect(run.line('PostgreSQL')).toMatch(/^failed .*password authentication failed/)
  expect(run.line('Redis')).toMatch(/^failed .*WRONGPASS/)
})

test('a taken port is a failure that names who has it', async () => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const run = spawnDoctorAsync(port)
  expect((await run).split('\n').find((line) => line.includes('  port'))).toMatch(
    new RegExp(`^failed .*${port} is taken by process ${process.pid} .*PORT=${port + 1} npm start`),
  )
  server.close()
})

/** Asynchronous, because the port that is looked at is this process's own, and must be answered meanwhile. */
async function spawnDoctorAsync(port: number): Promise<string> {
  const { execFile } = await import('node:child_process')
  return await new Promise((resolve) => {
    const env = { ...process.env, PORT: String(port) }
    execFile(process.execPath, ['scripts/doctor.ts'], { cwd: projectDir, env }, (_, stdout) =>
      resolve(stdout),
    )
  })
}

test('clock, disk and Node are judged by their bounds', () => {
  const ahead = (clockAheadMs: number) =>
    checkClock([{ what: 'Redis', outcome: 'ok', said: '', clockAheadMs }]).outcome
  expect([ahead(900), ahead(-2_000), ahead(60_000)]).toEqual(['ok', 'warning', 'failed'])
  expect(checkClock([], 0)).toMatchObject({ outcome: 'failed' })
  const disk = (bytes: number) =>
    checkDisk({ bavail: bytes, bsize: 1 } as Parameters<typeof checkDisk>[0]).outcome
  expect([disk(3e9), disk(1e9), disk(1e8)]).toEqual(['ok', 'warning', 'failed'])
  expect(checkNode('20.19.0')).toMatchObject({
    outcome: 'failed',
    said: expect.stringContaining('npm run doctor'),
  })
})

test('an older Node is told what to do before it meets the first line of TypeScript', () => {
  const file = join(projectDir, 'scripts/require-node.cjs')
  const said: string[] = []
  let code: number | undefined
  const old = {
    versions: { node: '20.11.0' },
    execPath: '/usr/bin/node',
    exit: (with_: number) => (code = with_),
  }
  const load = new Function('require', 'process', 'console', readFileSync(file, 'utf8'))
  load(() => ({ engines: { node: '>=24' } }), old, { error: (text: string) => said.push(text) })
  expect(code).toBe(1)
  expect(said[0]).toMatch(/needs Node 24 or later, and this is Node 20\.11\.0.*npm install/s)
})
