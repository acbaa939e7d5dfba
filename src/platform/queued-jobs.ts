/** The jobs that wait, run or have failed, to be seen and tried again by a person. */
import type { Pool } from './postgres.ts'

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
