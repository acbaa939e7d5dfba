/**
 * Work that follows a commit: the commit writes an outbox row, a relay hands it over to graphile-worker in one statement
 * (exactly once), and a worker of any process does it (at least once). A job that fails is tried again, later each time;
 * one that keeps failing stays visible and stops nobody else.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { Logger, type Runner, run, runMigrations } from 'graphile-worker'
import { startLoop } from './loop.ts'
import type { Pool } from './postgres.ts'
import { inTransaction } from './transaction.ts'

/** What an outbox row of topic 'job' holds. */
export interface JobRequest {
  task: string
  /** Of two requests with the same key, one is done while both wait. */
  key: string
  payload: object
}

export type Task = (payload: unknown) => Promise<void>

export interface JobsOptions {
  pool: Pool
  tasks: Readonly<Record<string, Task>>
  log: {
    info(fields: object, message: string): void
    warn(fields: object, message: string): void
    error(fields: object, message: string): void
  }
  /** `last`: it is not tried again. */
  onEnded?: (task: string, outcome: 'done' | 'failed', last: boolean) => void
  limits?: Partial<JobLimits>
}

export interface Jobs {
  /** Hands over what commits have asked for, now; how many. */
  relay(): Promise<number>
  close(): Promise<void>
}

const jobLimits = {
  /** Jobs that a process does at once. */
  concurrencyMax: 4,
  /** Each try waits e times as long as the one before: the twelfth comes after some thirteen hours. */
  attemptsMax: 12,
  relayRowsMax: 500,
  relayEveryMs: 500,
  pollEveryMs: 2_000,
  startAgainMs: 2_000,
}
type JobLimits = typeof jobLimits

const migrationLockKey = 7_305_811_203
const relayLockKey = 7_305_811_204

/** Starts behind the caller's back, again and again while PostgreSQL is away. */
export function startJobs({ pool, tasks, log, onEnded = () => {}, ...options }: JobsOptions): Jobs {
  const limits = { ...jobLimits, ...options.limits }
  const closing = new AbortController()
  let runner: Runner | null = null
  const logger = new Logger((scope) => (level, message, meta) => {
    // Failures are told below, with the job they belong to.
    if (level === 'error' || level === 'warning') log.warn({ ...scope, ...meta }, `Jobs: ${message}`)
  })

  async function start(): Promise<void> {
    while (!closing.signal.aborted && !runner) {
      try {
        await prepare(pool, logger)
        runner = await run({
          ...{ pgPool: pool, logger, noHandleSignals: true },
          taskList: taskList(),
          concurrency: limits.concurrencyMax,
          pollInterval: limits.pollEveryMs,
        })
      } catch (error) {
        if (closing.signal.aborted) return
        log.warn({ error }, 'Jobs could not be started; trying again')
        await pause(limits.startAgainMs, undefined, { signal: closing.signal }).catch(() => {})
      }
    }
  }

  function taskList() {
    return Object.fromEntries(
      Object.entries(tasks).map(([name, task]) => [
        name,
        async (
          payload: unknown,
          { job }: { job: { id: string; attempts: number; max_attempts: number } },
        ) => {
          const last = job.attempts >= job.max_attempts
          try {
            await task(payload)
            onEnded(name, 'done', last)
          } catch (error) {
            const fields = { task: name, jobId: job.id, attempt: job.attempts, error }
            if (last) log.error(fields, 'A job failed for the last time; `jobs retry` tries it again')
            else log.warn(fields, 'A job failed; it will be tried again')
            onEnded(name, 'failed', last)
            throw error
          }
        },
      ]),
    )
  }

  const started = start()
  const relayOnce = () => (runner ? relayJobs(pool, limits) : Promise.resolve(0))
  const loop = startLoop(
    limits.relayEveryMs,
    async () => void (await relayOnce()),
    (error) => log.warn({ error }, 'Jobs could not be handed over; trying again'),
  )
  return {
    relay: relayOnce,
    async close() {
      closing.abort()
      await loop.stop()
      await started
      // What is under way is let finish; what is not done is taken up by another process.
      await runner?.stop().catch((error: unknown) => log.warn({ error }, 'Jobs did not stop cleanly'))
    },
  }
}

/** The tables of the queue, made by one process at a time. */
async function prepare(pool: Pool, logger: Logger): Promise<void> {
  await inTransaction(pool, async (tx) => {
    await tx.query('SELECT pg_advisory_xact_lock($1)', [migrationLockKey])
    await runMigrations({ pgPool: pool, logger })
  })
}

/**
 * One statement: a row is marked done in the same commit that adds its job. One process at a time, so that of two
 * requests with one key the newer comes second.
 */
async function relayJobs(pool: Pool, { relayRowsMax, attemptsMax }: JobLimits): Promise<number> {
  const { rowCount } = await pool.query(
    `WITH turn AS MATERIALIZED (
       SELECT pg_try_advisory_xact_lock($3) AS mine
     ), asked AS MATERIALIZED (
       SELECT id, payload FROM outbox
        WHERE topic = 'job' AND done_at IS NULL AND (SELECT mine FROM turn) ORDER BY id LIMIT $1 FOR UPDATE
     ), added AS (
       SELECT asked.id, graphile_worker.add_job(payload ->> 'task', (payload -> 'payload')::json,
                job_key => payload ->> 'key', max_attempts => $2::int) FROM asked
     )
     UPDATE outbox SET done_at = now() WHERE id IN (SELECT id FROM added)`,
    [relayRowsMax, attemptsMax, relayLockKey],
  )
  return rowCount ?? 0
}

export interface ListedJob {
  id: string
  task: string
  key: string | null
  state: 'waiting' | 'running' | 'failed'
  attempts: number
  attemptsMax: number
  runAt: Date
  lastError: string | null
}

export const listedJobsMax = 200

/** Failed ones first, then by when they are due. */
export async function listJobs(pool: Pool): Promise<ListedJob[]> {
  if (!(await hasQueue(pool))) return []
  const { rows } = await pool.query<ListedJob>(
    `SELECT * FROM (
       SELECT id, task_identifier AS task, key, attempts, max_attempts AS "attemptsMax", run_at AS "runAt",
              left(last_error, 300) AS "lastError",
              CASE WHEN locked_at IS NOT NULL THEN 'running' WHEN attempts >= max_attempts THEN 'failed'
                   ELSE 'waiting' END AS state
         FROM graphile_worker.jobs) AS listed
      ORDER BY state = 'failed' DESC, "runAt", id LIMIT $1`,
    [listedJobsMax],
  )
  return rows
}

/** Tries failed jobs again from the start, all or those named; how many. */
export async function retryJobs(pool: Pool, ids: readonly string[]): Promise<number> {
  if (!(await hasQueue(pool))) return 0
  const { rowCount } = await pool.query(
    `SELECT graphile_worker.reschedule_jobs(
       ARRAY(SELECT id FROM graphile_worker.jobs
              WHERE locked_at IS NULL AND attempts > 0 AND (id = ANY ($1::bigint[])
                 OR cardinality($1::bigint[]) = 0 AND attempts >= max_attempts)),
       run_at => now(), attempts => 0)`,
    [ids],
  )
  return rowCount ?? 0
}

async function hasQueue(pool: Pool): Promise<boolean> {
  // While the queue's own migrations run, the name belongs to a table of an older shape.
  const { rows } = await pool.query<{ there: boolean }>(
    `SELECT EXISTS (SELECT FROM pg_views WHERE schemaname = 'graphile_worker' AND viewname = 'jobs') AS there`,
  )
  return rows[0]?.there ?? false
}
