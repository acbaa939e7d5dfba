/** The servers Rowlock stands on: those the environment names, else embedded ones with their data in `.data/`. */
import { join } from 'node:path'
import pg from 'pg'
import { startPostgres, startRedis } from '../../src/embedded/index.ts'
import { startSandboxProcess } from '../../src/payment/sandbox/start.ts'

export interface Servers {
  /** What the app must be told: DATABASE_URL, REDIS_URL, SANDBOX_GATEWAY_URL. */
  env: Record<string, string>
  embedded: { name: string; logFile: string; ended: Promise<unknown> }[]
}

export interface StartServers {
  dataDir: string
  env: NodeJS.ProcessEnv
  log: (line: string) => void
  /** Told at once of everything that must be closed again. */
  onStarted: (close: () => Promise<void>) => void
}

export async function startServers(start: StartServers): Promise<Servers> {
  const servers: Servers = { env: {}, embedded: [] }
  await allOrError([postgres(start, servers), redis(start, servers), sandbox(start, servers)])
  return servers
}

/** Waits for all, also when one fails, so that what the others started is known and can be closed. */
async function allOrError(starts: Promise<void>[]): Promise<void> {
  for (const outcome of await Promise.allSettled(starts)) {
    if (outcome.status === 'rejected') throw outcome.reason
  }
}

async function postgres({ dataDir, env, log, onStarted }: StartServers, servers: Servers): Promise<void> {
  if (env.DATABASE_URL) return
  const { server, url } = await startOwnPostgres(dataDir, log, onStarted)
  servers.embedded.push({ name: 'PostgreSQL', logFile: server.logFile, ended: server.ended })
  servers.env.DATABASE_URL = url
}

/** The server with its data in this folder, and the database of ours in it. */
export async function startOwnPostgres(
  dataDir: string,
  log: (line: string) => void,
  onStarted: StartServers['onStarted'] = () => {},
) {
  const server = await startPostgres({ dataDir: join(dataDir, 'postgres'), log })
  onStarted(server.stop)
  return { server, url: await ownDatabase(server.url) }
}

async function ownDatabase(serverUrl: string): Promise<string> {
  const client = new pg.Client({ connectionString: serverUrl })
  await client.connect()
  try {
    const { rowCount } = await client.query(`SELECT FROM pg_database WHERE datname = 'rowlock'`)
    if (rowCount === 0) await client.query('CREATE DATABASE rowlock')
  } finally {
    await client.end()
  }
  const url = new URL(serverUrl)
  url.pathname = '/rowlock'
  return url.href
}

async function redis({ dataDir, env, log, onStarted }: StartServers, servers: Servers): Promise<void> {
  if (env.REDIS_URL) return
  const server = await startRedis({ dataDir: join(dataDir, 'redis'), log, persist: true })
  onStarted(server.stop)
  servers.embedded.push({ name: 'Redis', logFile: server.logFile, ended: server.ended })
  servers.env.REDIS_URL = server.url
}

async function sandbox({ dataDir, env, log, onStarted }: StartServers, servers: Servers): Promise<void> {
  if (env.SANDBOX_GATEWAY_URL || (env.PAYMENT_GATEWAY && env.PAYMENT_GATEWAY !== 'sandbox')) return
  const gateway = await startSandboxProcess({ stateFile: join(dataDir, 'sandbox-gateway.jsonl'), log })
  onStarted(gateway.stop)
  servers.env.SANDBOX_GATEWAY_URL = gateway.url
}
