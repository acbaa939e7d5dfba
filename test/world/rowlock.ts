/** Whole API processes, as in production: `node src/main.ts` with an environment, on a free port. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { Redis } from 'ioredis'
import pg from 'pg'
import { createIdentity } from '../../src/identity/index.ts'
import { startSandboxProcess } from '../../src/payment/sandbox/start.ts'
import { systemClock } from '../../src/platform/clock.ts'
import { freshDatabase } from './postgres.ts'
import { freshRedis } from './redis.ts'

export const worldSecrets = {
  ID_SECRET: 'an id secret that only the tests know, 1',
  GUEST_TOKEN_SECRET: 'a guest token secret only tests know, 2',
  DATA_KEYS: `test:${Buffer.alloc(32, 7).toString('base64')}`,
}

export interface ApiProcess {
  url: string
  port: number
  pid: number
  /** What it has logged so far. */
  output(): string
  stop(): Promise<number | null>
  kill(): Promise<void>
}

async function startApi(env: Record<string, string>): Promise<ApiProcess> {
  const main = resolve(import.meta.dirname, '../../src/main.ts')
  const child: ChildProcess = spawn(process.execPath, [main], {
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'test',
      HOST: '127.0.0.1',
      PORT: '0',
      LOG_LEVEL: 'warn',
      ...worldSecrets,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const exited = once(child, 'exit')
  child.stderr?.on('data', (data) => {
    output += data
  })
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })
  const port = await new Promise<number>((found, failed) => {
    lines.on('line', (line) => {
      output += `${line}\n`
      if (line.startsWith('{"listening":')) found(JSON.parse(line).listening)
    })
    void exited.then(() => failed(new Error(`The API process ended before it listened:\n${output}`)))
  })
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    pid: child.pid ?? 0,
    output: () => output,
    async stop() {
      child.kill('SIGTERM')
      const [code] = await exited
      return code
    },
    async kill() {
      child.kill('SIGKILL')
      await exited
    },
  }
}

/** A database, a Redis, a payment sandbox, and API processes on them. */
export async function rowlockWorld() {
  const [database, redis, sandbox] = await Promise.all([
    freshDatabase(),
    freshRedis(),
    startSandboxProcess({ log() {} }),
  ])
  const processes: ApiProcess[] = []
  const sql = new pg.Pool({ connectionString: database.url, max: 3 })
  sql.on('error', () => {})
  const env = { DATABASE_URL: database.url, REDIS_URL: redis.url, SANDBOX_GATEWAY_URL: sandbox.url }
  return {
    database,
    redis,
    sandbox,
    env,
    async api(more: Record<string, string> = {}): Promise<ApiProcess> {
      const api = await startApi({ ...env, ...more })
      processes.push(api)
      return api
    },
    /** Empties Redis under the processes' feet. */
    async flushRedis(): Promise<void> {
      const client = new Redis(redis.url)
      await client.flushall()
      client.disconnect()
    },
    query: (statement: string, values: unknown[] = []) => sql.query(statement, values),
    /** Tokens of guests, signed as the product does, so that a crowd need not queue for them. */
    async guests(count: number): Promise<string[]> {
      const identity = createIdentity({
        idSecret: worldSecrets.ID_SECRET,
        guests: { secret: worldSecrets.GUEST_TOKEN_SECRET },
        accounts: null,
        clock: systemClock,
      })
      const issued = await Promise.all(Array.from({ length: count }, () => identity.issueGuestToken()))
      return issued.map(({ token }) => token)
    },
    async close() {
      await sql.end()
      await Promise.all(processes.map((api) => api.kill()))
      await Promise.all([sandbox.stop(), redis.stop()])
      await database.drop()
    },
  }
}

export type RowlockWorld = Awaited<ReturnType<typeof rowlockWorld>>
