/**
 * Work that follows a commit: the commit writes an outbox row, a relay hands it over to graphile-worker in one statement
 * (exactly once), and a worker of any process does it (at least once). A job that fails is tried again, later each time;
 * one that keeps failing stays visible and stops nobody else.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { Logger, type Runner, run, runMigrations } from 'graphile-worker'
import { startLoop } from './loop.ts'
import { patient } from './patient-pool.ts'
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
  /** A job that takes longer has failed, so that nobody is at a job for longer than this. */
  jobMsMax: 60_000,
  /** Whoever took a job this long ago died, or never heard that it got it. */
  lostAfterMs: 120_000,
  findLostEveryMs: 15_000,
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
          ...{ pgPool: patient(pool), logger, noHandleSignals: true },
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
            await within(limits.jobMsMax, task(payload))
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
  const finding = startLoop(
    limits.findLostEveryMs,
    async () => void (runner && (await giveBackLost(pool, limits))),
    (error) => log.warn({ error }, 'Lost jobs could not be looked for; trying again'),
  )
  return {
    relay: relayOnce,
    async close() {
      closing.abort()
      await Promise.all([loop.stop(), finding.stop()])
      await started
      // What is under way is let finish; what is not done is taken up by another process.
      await runner?.stop().catch((error: unknown) => log.warn({ error }, 'Jobs did not stop cleanly'))
    },
  }
}

async function within(msMax: number, work: Promise<void>): Promise<void> {
  const timer = new AbortController()
  const late = pause(msMax, undefined, { signal: timer.signal }).then(() => {
    throw new Error(`Not done within ${msMax} ms`)
  })
  try {
    await Promise.race([work, late])
  } finally {
    timer.abort()
    late.catch(() => {})
  }
}

/** The library itself would wait four hours. */
async function giveBackLost(pool: Pool, { lostAfterMs }: JobLimits): Promise<void> {
  await pool.query(
    `UPDATE graphile_worker._private_jobs SET locked_at = NULL, locked_by = NULL
      WHERE locked_at < now() - make_interval(secs => $1::float / 1000)`,
    [lostAfterMs],
  )
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
