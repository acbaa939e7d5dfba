/** The whole product with many viewers of one show, while locks are placed and committed: what it delivers, when, and in what memory. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { addFigure, percentile, type Report } from '../../../src/operate/index.ts'
import { openRedis, redisDefaults } from '../../../src/platform/redis.ts'
import { openSeating } from '../../../src/seating/index.ts'
import type { Rig } from '../open-rig.ts'
import { type SpawnedServer, spawnServer } from '../spawn-server.ts'
import type { Viewers } from './open-viewers.ts'

const changesPerS = 10
const latencyChangesPerS = 20
const idleMs = 6_000
const nowMs = () => Number(process.hrtime.bigint()) / 1e6

export interface ProductRun {
  rig: Rig
  viewers: Viewers
  report: Report
  sockets: number
  windowMs: number
}

export async function measureProduct({ rig, viewers, report, sockets, windowMs }: ProductRun) {
  const server = await spawnServer(resolve(import.meta.dirname, '../../../src/main.ts'), {
    ...rig.env,
    ...{ TRUST_PROXY: 'on', ROWLOCK_PROCESSES: '1', AUDIT_EVERY_SECONDS: '0' },
  })
  rig.onClose(server.stop)
  const locks = openLocks(rig)
  const show = await rig.show()
  const showId = Buffer.from(`Show:${show}`).toString('base64')
  const job = { url: server.url, subscribe: { showId }, seats: 0, seqs: true }

  // What a first few hundred leave behind is the process's own, not a subscriber's.
  await viewers.open({ ...job, count: Math.min(500, sockets) })
  await viewers.close()
  await pause(2_000)
  const rssBefore = rssOf(server)
  const { open, lost } = await viewers.open({ ...job, count: sockets })
  if (lost.length > 0) throw new Error(`product: viewers were lost: ${lost.join(', ')}`)
  await pause(idleMs)
  addFigure(
    report,
    `memory per idle subscriber, ${open} of them`,
    (rssOf(server) - rssBefore) / sockets / 1_000,
    'kB',
    30,
  )

  await locks.place(show, changesPerS, 1_000)
  await viewers.reset()
  const before = server.cpuSeconds()
  await locks.place(show, changesPerS, windowMs)
  const { frames, bytes } = await viewers.read()
  const perCpuSecond = frames / (server.cpuSeconds() - before)
  addFigure(report, `product: deliveries per CPU second, ${open} sockets`, perCpuSecond, '1/s')

  await viewers.reset()
  const committed = await locks.place(show, latencyChangesPerS, windowMs)
  await pause(1_500)
  const { reached, lost: lostLater } = await viewers.read()
  const at = new Map(reached)
  const latencies = [...committed].map(([seq, ms]) => (at.get(seq) ?? Number.POSITIVE_INFINITY) - ms)
  latencies.sort((a, b) => a - b)
  const name = `a committed lock to the last of ${open} viewers, ${latencyChangesPerS} changes/s`
  addFigure(report, `${name}, p50`, percentile(latencies, 0.5), 'ms')
  addFigure(report, `${name}, p99`, percentile(latencies, 0.99), 'ms', 120)
  if (lostLater.length > 0) report.notes.push(`Viewers were lost meanwhile: ${lostLater.join(', ')}`)
  await viewers.close()
  await locks.close()
  return { server, perCpuSecond, wireBytes: bytes / frames }
}

function rssOf({ pid }: SpawnedServer): number {
  const [, kb] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kb) * 1_024
}

/** Locks of one seat, through ledger and claims as the product places them, by another process than the one measured. */
function openLocks(rig: Rig) {
  const redis = openRedis({ ...redisDefaults, url: rig.redisUrl, name: 'bench' }, () => {})
  const seating = openSeating({
    ...{ pool: rig.pool, redis, keyPrefix: rig.env.REDIS_KEY_PREFIX, idSecret: rig.env.ID_SECRET },
    ...{ processId: 'bench', nowMs: () => performance.now(), log: { info() {}, warn() {} } },
  })
  let seat = 0
  return {
    /** By seq, when each was committed. */
    async place(showId: number, perSecond: number, forMs: number): Promise<Map<number, number>> {
      await redis.whenReady(10_000)
      const committed = new Map<number, number>()
      const under: Promise<void>[] = []
      const startedMs = nowMs()
      for (let n = 0; n < (perSecond * forMs) / 1_000; n++) {
        const waitMs = startedMs + (n * 1_000) / perSecond - nowMs()
        if (waitMs > 0) await pause(waitMs)
        const seatNo = seat++
        const placed = seating.placeLock({
          ...{ showId, buyerId: `00000000-0000-4000-8000-${String(seatNo).padStart(12, '0')}` },
          ...{ seats: [seatNo], areas: [], idempotencyKey: `k${seatNo}` },
        })
        under.push(placed.then(({ seq }) => void committed.set(seq, nowMs())))
      }
      await Promise.all(under)
      return committed
    },
    async close() {
      await seating.close()
      await redis.close()
    },
  }
}
