/** The product as it would run on this machine, with the demo's arena on sale, and what its servers have used. */
import { resolve } from 'node:path'
import { type AuditResult, openLedgersToRead, runAudit, seedDemo } from '../../src/operate/index.ts'
import { openRig, type Rig } from '../rig/open-rig.ts'
import { spawnServer } from '../rig/spawn-server.ts'
import { lockSeconds } from './settings.ts'

export interface Arena {
  showId: string
  planHash: string
  seats: number
  title: string
}

export type SimulatedWorld = Awaited<ReturnType<typeof openWorld>>

export async function openWorld(processes: number, pace: number) {
  const rig = await openRig()
  await seedDemo(rig.pool, new Date())
  const seconds = String(lockSeconds(pace))
  const api = await spawnServer(resolve(import.meta.dirname, '../../src/main.ts'), {
    ...rig.env,
    TRUST_PROXY: 'on',
    ROWLOCK_PROCESSES: String(processes),
    LOCK_TTL_SECONDS: seconds,
    LOCK_EXTENSION_SECONDS: seconds,
    LOCK_AGE_SECONDS_MAX: String(3 * Number(seconds)),
    AUDIT_EVERY_SECONDS: '0',
  })
  rig.onClose(api.stop)
  return {
    ...rig,
    api,
    arena: () => findArena(rig),
    cpu: () => ({ node: api.cpuSeconds(), ...rig.cpuSeconds() }),
    audit: () => audit(rig),
  }
}

async function findArena({ pool }: Rig): Promise<Arena> {
  const { rows } = await pool.query(
    `SELECT s.id, v.content_hash, v.seat_count, e.title
       FROM show s JOIN plan_version v ON v.id = s.plan_version_id JOIN event e ON e.id = s.event_id
      WHERE s.starts_at > now() AND e.key NOT LIKE 'bench%' ORDER BY v.seat_count DESC, s.id LIMIT 1`,
  )
  const [row] = rows as { id: number; content_hash: string; seat_count: number; title: string }[]
  if (!row) throw new Error('The demo has no arena')
  return {
    showId: Buffer.from(`Show:${row.id}`).toString('base64'),
    ...{ planHash: row.content_hash, seats: row.seat_count, title: row.title },
  }
}

/** Everything is still by then, so everything is judged. */
async function audit(rig: Rig): Promise<AuditResult> {
  const nowMs = () => performance.now()
  const ledgers = await openLedgersToRead({
    ...{ pool: rig.pool, redisUrl: rig.redisUrl, keyPrefix: rig.env.REDIS_KEY_PREFIX, nowMs },
  })
  try {
    return await runAudit({ pool: rig.pool, ledgers, limits: { stillMs: 0 }, nowMs })
  } finally {
    await ledgers.close()
  }
}
