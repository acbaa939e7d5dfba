/**
 * PostgreSQL with nothing to set up: its binaries come with npm, its cluster is made on the first start. It listens
 * on 127.0.0.1 only, and never outlives this process.
 */
import { existsSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { EmbeddedFailure, explained } from './embedded-failures.ts'
import { embeddedLimits } from './embedded-limits.ts'
import { withPort } from './free-port.ts'
import { holdFolder, pidFileOf, untilNoServerOn } from './hold-folder.ts'
import { initialiseCluster } from './initialise-cluster.ts'
import { commandLine } from './living-process.ts'
import { passwordOf } from './password-file.ts'
import { findPostgresBinaries } from './postgres-binaries.ts'
import { type PostgresPlace, preparePlace } from './postgres-place.ts'
import { type ServerPlan, type ServerProcess, startServer } from './server-process.ts'

export interface EmbeddedServer extends ServerProcess {
  url: string
  port: number
}

export interface PostgresStart {
  dataDir: string
  /** Any free one by default. */
  port?: number
  log: (line: string) => void
  /** Server settings, over the ones below. `fsync: 'off'` is for data that nobody will miss. */
  settings?: Record<string, string>
}

const settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  shared_preload_libraries: 'pg_stat_statements',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // Statements that fail are the caller's to report.
  log_min_messages: 'log',
  log_checkpoints: 'off',
}

export async function startPostgres(start: PostgresStart): Promise<EmbeddedServer> {
  const binaries = findPostgresBinaries()
  const held = holdFolder(start.dataDir)
  try {
    const dataDir = realpathSync(start.dataDir)
    const place = preparePlace(dataDir, binaries, start.log)
    await untilNoServerOn(place.base)
    const password = passwordFor(place, dataDir)
    if (!existsSync(place.cluster)) start.log(`Preparing PostgreSQL ${binaries.version} in ${place.base}`)
    await initialiseCluster(place, dataDir, password, start.settings?.fsync !== 'off')
    refuseOtherMajor(place, binaries.version)
    removeStalePid(place)
    const server = await withPort(start.port, async (port) => ({
      ...(await runPostgres(planOf(place, dataDir, port, start.settings))),
      url: `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`,
      port,
    }))
    server.ended.then(held.release)
    return server
  } catch (error) {
    held.release()
    throw explained(error, 'PostgreSQL could not be started')
  }
}

/** Processes of a postmaster that was killed leave a moment after it, and hold its shared memory until then. */
async function runPostgres(plan: ServerPlan): Promise<ServerProcess> {
  const deadline = performance.now() + embeddedLimits.leftoverEndMsMax
  for (;;) {
    try {
      return await startServer(plan)
    } catch (error) {
      const inTheWay = error instanceof EmbeddedFailure && /shared memory block/.test(error.message)
      if (!inTheWay || performance.now() > deadline) throw error
      await pause(embeddedLimits.leftoverPollMs)
    }
  }
}

function planOf(
  place: PostgresPlace,
  dataDir: string,
  port: number,
  chosen: Record<string, string> | undefined,
): ServerPlan {
  const flags = Object.entries({ ...settings, ...chosen, port: String(port) }).map(
    ([name, value]) => `--${name}=${value}`,
  )
  return {
    name: 'PostgreSQL',
    program: {
      command: join(place.binaries, 'bin/postgres'),
      args: ['-D', place.cluster, ...flags],
      owner: place.account,
      pidFile: pidFileOf(place.base),
      // PostgreSQL's fast shutdown: it does not wait for clients to leave.
      stopSignal: 'SIGINT',
      stopMsMax: embeddedLimits.stopMsMax,
    },
    logFile: join(dataDir, 'postgres.log'),
    readyLine: /database system is ready to accept connections/,
    startMsMax: embeddedLimits.postgresStartMsMax,
  }
}

function passwordFor(place: PostgresPlace, dataDir: string): string {
  if (existsSync(place.cluster) && !existsSync(join(dataDir, 'password'))) {
    throw new EmbeddedFailure(
      `The password of the cluster ${place.cluster} was expected in ${join(dataDir, 'password')} and is not there. ` +
        'Put it back, or start over without the data: `npm run reset`.',
    )
  }
  return passwordOf(dataDir)
}

function refuseOtherMajor(place: PostgresPlace, version: string): void {
  const made = readFileSync(join(place.cluster, 'PG_VERSION'), 'utf8').trim()
  if (made === version.split('.')[0]) return
  throw new EmbeddedFailure(
    `The cluster ${place.cluster} was made by PostgreSQL ${made}, and the installed one is ${version}. ` +
      'Go back to the version of Rowlock that made it, or start over without the data: `npm run reset`.',
  )
}

/**
 * PostgreSQL believes a postmaster.pid whose process id is alive. After a power cut that id may belong to anything,
 * so the file goes when its process is certainly no PostgreSQL.
 */
function removeStalePid(place: PostgresPlace): void {
  const file = join(place.cluster, 'postmaster.pid')
  if (!existsSync(file)) return
  const command = commandLine(Number(readFileSync(file, 'utf8').split('\n')[0]))
  if (command !== null && !command.includes('postgres')) rmSync(file)
}
