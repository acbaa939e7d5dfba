/**
 * PostgreSQL with nothing to set up: its binaries come with npm, its cluster is made on the first start. It listens
 * on 127.0.0.1 only, and never outlives this process.
 */
import { existsSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { EmbeddedFailure } from './embedded-failures.ts'
import { embeddedLimits } from './embedded-limits.ts'
import { withPort } from './free-port.ts'
import { holdFolder, pidFileOf, untilNoServerOn } from './hold-folder.ts'
import { initialiseCluster } from './initialise-cluster.ts'
import { commandLine } from './living-process.ts'
import { passwordOf } from './password-file.ts'
import { findPostgresBinaries } from './postgres-binaries.ts'
import { type PostgresPlace, preparePlace } from './postgres-place.ts'
import { type ServerProcess, startServer } from './server-process.ts'

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
  log_min_messages: 'fatal',
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
    await initialiseCluster(place, password, start.settings?.fsync !== 'off')
    refuseOtherMajor(place, binaries.version)
    removeStalePid(place)
    const server = await withPort(start.port, async (port) => ({
      ...(await runPostgres(place, port, { ...settings, ...start.settings })),
      url: `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`,
      port,
    }))
    server.ended.then(held.release)
    return server
  } catch (error) {
    held.release()
    throw error
  }
}
