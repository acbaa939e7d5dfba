/**
 * The audit on a schedule, by one process of all. The first that gets the lock keeps it as long as it lives, so that its
 * metrics are the last audit's and nobody shows an older one beside them.
 */
import type { PoolClient } from 'pg'
import { type Loop, startLoop } from '../../platform/loop.ts'
import type { Pool } from '../../platform/postgres.ts'

const lockKey = 7_305_811_202

export interface ScheduleAudit {
  pool: Pool
  everyMs: number
  audit: () => Promise<unknown>
  onFailure: (error: unknown) => void
}

export function scheduleAudit({ pool, everyMs, audit, onFailure }: ScheduleAudit): Loop {
  let holder: PoolClient | null = null

  async function becomeAuditor(): Promise<boolean> {
    if (holder) return true
    const client = await pool.connect()
    const { rows } = await client.query<{ mine: boolean }>('SELECT pg_try_advisory_lock($1) AS mine', [
      lockKey,
    ])
    if (!rows[0]?.mine) {
      client.release()
      return false
    }
    holder = client
    // The server has let go of the lock by itself; somebody gets it next time.
    client.once('error', () => letGo())
    return true
  }

  function letGo(): void {
    // Destroyed, not returned: a connection that kept the lock would keep it for whoever uses it next.
    holder?.release(true)
    holder = null
  }

  const loop = startLoop(
    everyMs,
    async () => {
      if (await becomeAuditor()) await audit()
    },
    onFailure,
  )
  return {
    async stop() {
      await loop.stop()
      letGo()
    },
  }
}
