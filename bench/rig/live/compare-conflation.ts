/**
 * 2,000 transitions a second of one 20,000-seat show before 1,000 viewers, conflated by the product, against a message for
 * each transition, prepared once and written to all. Both end with every map equal to the ledger's, or there is no number.
 * The second cannot keep that pace on one core, so it has fewer transitions, slower; the CPU of one is what is compared.
 */
import { resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { addFigure, addPromise, type Report } from '../../../src/operate/index.ts'
import { openRedis, redisDefaults } from '../../../src/platform/redis.ts'
import { openSeating } from '../../../src/seating/index.ts'
import { openLedger } from '../../../src/seating/ledger.redis.ts'
import { type Rig, seatsPerShow } from '../open-rig.ts'
import { type SpawnedServer, spawnServer } from '../spawn-server.ts'
import type { Viewers } from './open-viewers.ts'

const viewerCount = 1_000
const conflated = { transitions: 20_000, perSecond: 2_000 }
const oneByOne = { transitions: 500, perSecond: 50 }
const calmMs = 3_000

export interface Comparison {
  rig: Rig
  viewers: Viewers
  report: Report
  server: SpawnedServer
}

export async function compareConflation({ rig, viewers, report, server }: Comparison): Promise<void> {
  const redis = openRedis({ ...redisDefaults, url: rig.redisUrl, name: 'bench-ledger' }, () => {})
  await redis.whenReady(10_000)
  const keyPrefix = rig.env.REDIS_KEY_PREFIX
  const ledger = openLedger(redis, keyPrefix)
  const seating = openSeating({
    ...{ pool: rig.pool, redis, keyPrefix, idSecret: rig.env.ID_SECRET, processId: 'bench' },
    ...{ nowMs: () => performance.now(), log: { info() {}, warn() {} } },
  })

  async function transit(showId: number, { transitions, perSecond }: typeof conflated): Promise<void> {
    const startedAt = performance.now()
    const under: Promise<unknown>[] = []
    for (let n = 0; n < transitions; n++) {
      const waitMs = startedAt + (n * 1_000) / perSecond - performance.now()
      if (waitMs > 1) await pause(waitMs)
      const name = String(n).padStart(12, '0')
      under.push(
        ledger.place(showId, {
          ...{
            lockId: `l${name}`,
            buyerId: `b${name}`,
            operationId: `o${name}`,
            fingerprint: '',
            mode: 'new',
          },
          ...{ lockTtlMs: 600_000, seatsPerBuyerMax: 10, seats: [n], areas: [] },
        }),
      )
    }
    await Promise.all(under)
  }

  async function run(showId: number, of: SpawnedServer, pace: typeof conflated) {
    const job = { subscribe: { showId: Buffer.from(`Show:${showId}`).toString('base64') }, seqs: false }
    const { lost } = await viewers.open({ url: of.url, count: viewerCount, seats: seatsPerShow, ...job })
    if (lost.length > 0) throw new Error(`Viewers were lost: ${lost.join(', ')}`)
    await pause(500)
    const before = of.cpuSeconds()
    await transit(showId, pace)
    await pause(calmMs)
    const cpuMs = (of.cpuSeconds() - before) * 1_000
    const { maps, gaps, frames } = await viewers.read()
    const truth = (await seating.readMap(showId)).statuses
    await viewers.close()
    return { cpuMs: cpuMs / pace.transitions, wrong: viewerCount - (maps[truth] ?? 0), gaps, frames }
  }

  const [first, second] = [await rig.show(), await rig.show()]
  await seating.readMap(first)
  const { epoch, seq } = await seating.readMap(second)
  const ours = await run(first, server, conflated)
  const plain = await spawnServer(resolve(import.meta.dirname, 'unconflated-server.ts'), {
    ...{ REDIS_URL: rig.redisUrl, CHANNEL: seating.framesChannel(second) },
    ...{ EPOCH: String(epoch), SEQ: String(seq) },
  })
  rig.onClose(plain.stop)
  const theirs = await run(second, plain, oneByOne)
  await seating.close()
  await redis.close()

  addFigure(
    report,
    `conflated, ${conflated.perSecond} transitions/s, ${viewerCount} viewers: CPU each`,
    ours.cpuMs,
    'ms',
  )
  addFigure(report, 'a message for each transition: CPU each', theirs.cpuMs, 'ms')
  const ratio = Math.round((theirs.cpuMs / ours.cpuMs) * 10) / 10
  report.figures.push({
    ...{ name: 'CPU for a transition, one message each / conflated', value: ratio, unit: 'x' },
    ...{ target: 20, holds: ratio >= 20 },
  })
  addPromise(report, 'maps that differ from the ledger after calm', ours.wrong + theirs.wrong, 'maps')
  const transitions = `${conflated.transitions} conflated transitions reached ${viewerCount} viewers in ${ours.frames} messages`
  report.notes.push(
    `${transitions}; ${ours.gaps} viewers met a gap. One message each: ${theirs.frames} for ${oneByOne.transitions}.`,
  )
}
