/**
 * One pool of PostgreSQL connections for everything in the process: Prisma works through it, and hot paths
 * send single statements on it.
 */
import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import { PrismaClient } from '../generated/prisma/client.ts'

export type Database = PrismaClient
export type Pool = pg.Pool

export interface PostgresOptions {
  url: string
  /** Connections this process may hold (operations document: 25). */
  connectionsMax: number
  /** How long a caller waits for a free connection (operations document: 30 s). */
  connectTimeoutMs: number
  idleTimeoutMs: number
  /** A statement without an answer by then fails, and its connection is closed: the server may be gone for good. */
  answerMsMax: number
  connectionLifetimeMsMax: number
  applicationName: string
}

export interface Postgres {
  pool: Pool
  database: Database
  close(): Promise<void>
}

export function openPostgres(options: PostgresOptions, onIdleError: (error: Error) => void): Postgres {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.connectionsMax,
    connectionTimeoutMillis: options.connectTimeoutMs,
    idleTimeoutMillis: options.idleTimeoutMs,
    query_timeout: options.answerMsMax,
    maxLifetimeSeconds: options.connectionLifetimeMsMax / 1000,
    application_name: options.applicationName,
    keepAlive: true,
  })
  // Without listeners a server restart would end the process: the pool listens for idle connections only, so the
  // ones that are in use need their own.
  pool.on('error', onIdleError)
  pool.on('connect', (client) => client.on('error', onIdleError))
  const database = new PrismaClient({ adapter: new PrismaPg(pool, { disposeExternalPool: false }) })
  return {
    pool,
    database,
    async close() {
      await database.$disconnect()
      await pool.end()
    },
  }
}

export const postgresDefaults = {
  connectionsMax: 25,
  connectTimeoutMs: 30_000,
  idleTimeoutMs: 600_000,
  answerMsMax: 60_000,
  connectionLifetimeMsMax: 1_800_000,
  applicationName: 'rowlock',
} satisfies Omit<PostgresOptions, 'url'>
