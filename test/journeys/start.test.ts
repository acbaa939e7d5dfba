/** `npm start` as a newcomer meets it: a whole instance in an empty folder, ended, started again, and kept from starting. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { expect, inject, onTestFinished, test, vi } from 'vitest'

const project = resolve(import.meta.dirname, '../..')

function emptyFolder(): string {
  const folder = mkdtempSync(join(inject('runFolder'), 'start-'))
  // As a checkout is: a root's private folder would put the data of PostgreSQL elsewhere.
  chmodSync(folder, 0o755)
  for (const name of ['web', 'package-lock.json']) symlinkSync(join(project, name), join(folder, name))
  return folder
}

interface Start {
  child: ChildProcess
  output(): string
  ended: Promise<number | null>
}

function start(folder: string, env: Record<string, string> = {}): Start {
  const { DATABASE_URL: _database, REDIS_URL: _redis, ...inherited } = process.env
  const child = spawn('node', [join(project, 'scripts/start.ts')], {
    cwd: folder,
    env: { ...inherited, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data))
  const ended = once(child, 'close').then(([code]) => code as number | null)
  onTestFinished(async () => {
    if (child.exitCode === null) child.kill('SIGTERM')
    await ended
  })
  return { child, output: () => output, ended }
}

async function ready(started: Start): Promise<string> {
  await vi.waitFor(() => expect(started.output()).toContain('Ready in'), { timeout: 60_000, interval: 50 })
  return /Web page {2}(\S+)/.exec(started.output())?.[1] ?? ''
}

/** Processes whose command names the folder: the servers that were started for it. */
function processesOf(folder: string): string[] {
  if (!existsSync('/proc/self/cmdline')) return []
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
      } catch {
        return ''
      }
    })
    .filter((command) => command.includes(folder))
}

async function ask(url: string, query: string, token = ''): Promise<unknown> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ query }),
  })
  return response.json()
}

test('an empty folder becomes a shop; Ctrl-C leaves nothing running; the next start keeps the data', async () => {
  const folder = emptyFolder()
  const first = start(folder)
  const url = await ready(first)
  for (const path of ['', '/graphiql', '/readyz', '/metrics']) {
    expect((await fetch(url + path)).status, path).toBe(200)
  }
  expect(await ask(url, '{ events(first: 20) { edges { node { title } } } }')).toMatchObject({
    data: { events: { edges: { length: 12 } } },
  })
  const session = await ask(url, 'mutation { startGuestSession { ... on StartGuestSessionOk { token } } }')
  const { token } = (session as { data: { startGuestSession: { token: string } } }).data.startGuestSession
  first.child.kill('SIGINT')
  expect(await first.ended).toBe(0)
  await vi.waitFor(() => expect(processesOf(folder)).toEqual([]), { timeout: 30_000 })

  const second = start(folder)
  const again = await ready(second)
  expect(second.output()).not.toContain('Filling the database')
  expect(await ask(again, '{ viewer { kind } }', token)).toEqual({ data: { viewer: { kind: 'GUEST' } } })
  const third = start(folder)
  expect(await third.ended).toBe(1)
  expect(third.output()).toMatch(/is in use by process \d+ .*Stop that first/s)
  expect((await fetch(`${again}/readyz`)).status).toBe(200)
})

test('a start that fails half way says why and leaves nothing running', async () => {
  const folder = emptyFolder()
  const failed = start(folder, { LOCK_TTL_SECONDS: 'five' })
  expect(await failed.ended).toBe(1)
  expect(failed.output()).toContain('LOCK_TTL_SECONDS')
  await vi.waitFor(() => expect(processesOf(folder)).toEqual([]), { timeout: 30_000 })
})

test('what cannot work is told before anything is started: a port, and servers that do not answer', async () => {
  const holder = createServer()
  await new Promise<void>((listening) => holder.listen(0, '127.0.0.1', listening))
  onTestFinished(() => void holder.close())
  const address = holder.address()
  const port = typeof address === 'object' ? String(address?.port) : ''
  const folder = emptyFolder()
  const failed = start(folder, {
    ...{ PORT: port, DATABASE_URL: 'postgresql://127.0.0.1:1/shop', REDIS_URL: 'redis://127.0.0.1:1' },
  })
  expect(await failed.ended).toBe(1)
  for (const said of [
    `port: ${port} is taken by process`,
    'PostgreSQL: 127.0.0.1:1/shop',
    'Redis: 127.0.0.1:1',
  ]) {
    expect(failed.output()).toContain(said)
  }
  expect(existsSync(join(folder, '.data'))).toBe(false)
})
