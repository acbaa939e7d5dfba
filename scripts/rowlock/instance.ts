/** What a command works on. Servers are looked for, or started, only when the command asks for them. */
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { commandLine } from '../../src/embedded/index.ts'
import { migrate } from '../../src/platform/migrate.ts'
import { openPostgres, type Postgres, postgresDefaults } from '../../src/platform/postgres.ts'
import { localSecrets } from '../start/local-secrets.ts'
import { startOwnPostgres } from '../start/servers.ts'

export interface Instance {
  /** The migrated database. */
  postgres(): Promise<Postgres>
  /**
   * What names the servers and holds the secrets: the environment, or the instance of this folder. Never a database of
   * the one with a Redis of the other.
   */
  env(): NodeJS.ProcessEnv
  close(): Promise<void>
}

const dataDir = resolve('.data')

export function openInstance(): Instance {
  const closers: (() => Promise<void>)[] = []
  const opened = new Map<string, Promise<unknown>>()
  return {
    postgres: () => once(opened, 'postgres', () => openDatabase(closers)),
    env: () =>
      process.env.DATABASE_URL ? process.env : { ...localSecrets(dataDir), ...runningEnv(), ...process.env },
    async close() {
      for (const close of closers.splice(0).reverse()) await close()
    },
  }
}

function once<Value>(opened: Map<string, Promise<unknown>>, name: string, open: () => Promise<Value>) {
  const found = (opened.get(name) as Promise<Value> | undefined) ?? open()
  opened.set(name, found)
  return found
}

async function openDatabase(closers: (() => Promise<void>)[]): Promise<Postgres> {
  const url = process.env.DATABASE_URL ?? runningEnv().DATABASE_URL ?? (await ownDatabaseUrl(closers))
  await migrate(url, console.error)
  const options = { ...postgresDefaults, url, connectionsMax: 4, applicationName: 'rowlock-command' }
  const postgres = openPostgres(options, () => {})
  closers.push(postgres.close)
  return postgres
}

/** What the instance that runs in this folder told of its servers; empty when none runs. */
function runningEnv(): Record<string, string> {
  const note = resolve(dataDir, 'running.json')
  if (!existsSync(note)) return {}
  const { pid, env } = JSON.parse(readFileSync(note, 'utf8')) as { pid: number; env: Record<string, string> }
  return commandLine(pid)?.includes('start') ? env : {}
}

async function ownDatabaseUrl(closers: (() => Promise<void>)[]): Promise<string> {
  const own = await startOwnPostgres(dataDir, () => {})
  closers.push(own.server.stop)
  return own.url
}
