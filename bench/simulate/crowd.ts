/**
 * The crowd, a process of its own so that its work is not counted as the servers'. Reads its job from standard input,
 * prints a line of JSON now and then while it runs, and one with everything at the end.
 */
import { Agent } from 'node:http'
import { text } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import { createClient } from 'graphql-ws'
import { WebSocket } from 'ws'
import {
  graphqlWsFrames,
  httpSnapshots,
  type LiveMap,
  openLiveMap,
  openSocket,
} from '../../client/src/index.ts'
import { hallOf } from './choose-seats.ts'
import { liveFan } from './fan.ts'
import { fanApi } from './fan-api.ts'
import { Chance } from './random.ts'
import type { SimulationSettings } from './settings.ts'
import { count, openTally, secondOf, type Tally } from './tally.ts'

export interface CrowdJob {
  settings: SimulationSettings
  url: string
  showId: string
  planHash: string
}

export interface CrowdProgress {
  elapsedMs: number
  arrived: number
  inside: number
  seatsSold: number
  locks: number
  lockP99Ms: number | null
}

export interface CrowdResult {
  tally: Tally
  elapsedMs: number
  /** Maps of viewers that differ from the ledger's when everything was still; viewers that never had one. */
  viewers: { opened: number; differing: number; settledMs: number | null }
}

const tellEveryMs = 500
const settleMsMax = 10_000
const { settings, url, showId, planHash } = JSON.parse(await text(process.stdin)) as CrowdJob
const layout = await (await fetch(`${url}/v1/plans/${planHash}`)).json()
const hall = hallOf(layout as Parameters<typeof hallOf>[0])
const agent = new Agent({ keepAlive: true, maxSockets: 512, scheduling: 'fifo' })
const tally = openTally()
const world = { url, showId, agent, tally }

const maps = await openViewers()
const startedAt = performance.now()
const elapsedMs = () => performance.now() - startedAt
const telling = setInterval(tell, tellEveryMs)

const chance = new Chance(settings.seed)
const arrivals = Array.from({ length: settings.fans }, () => arrival(chance)).sort((a, b) => a - b)
const fans: Promise<void>[] = []
for (const [fan, atMs] of arrivals.entries()) {
  const waitMs = atMs - elapsedMs()
  if (waitMs > 1) await pause(waitMs)
  fans.push(oneFan(fan))
}
await Promise.all(fans)
const tookMs = elapsedMs()
clearInterval(telling)
const viewers = await settleViewers()
print({ tally, elapsedMs: tookMs, viewers } satisfies CrowdResult)
process.exit(0)

async function oneFan(fan: number): Promise<void> {
  tally.arrived += 1
  tally.inside += 1
  secondOf(tally, elapsedMs()).arrived += 1
  const own = new Chance(settings.seed * 1_000_003 + fan)
  const { pace } = settings
  try {
    const ending = await liveFan({
      ...{ api: fanApi(world, fan), hall, chance: own, tally, pace, elapsedMs },
      pause: (ms) => pause(ms),
    })
    count(tally.endings as Record<string, number>, ending)
  } catch (error) {
    count(tally.endings as Record<string, number>, 'met a fault')
    if (tally.faults.length < 5) tally.faults.push(String(error))
  }
  tally.inside -= 1
}

/** Half come in a rush that fades within a tenth of the time, half evenly. */
function arrival(by: Chance): number {
  if (by.happens(0.5)) return by.next() * settings.arriveMs
  return Math.min(settings.arriveMs, -Math.log(1 - by.next()) * settings.arriveMs * 0.05)
}

function tell(): void {
  const recent = tally.seconds.slice(-5)
  const lockMs = recent.flatMap((second) => second.lockMs).sort((a, b) => a - b)
  print({
    elapsedMs: elapsedMs(),
    ...{ arrived: tally.arrived, inside: tally.inside, seatsSold: tally.seatsSold },
    locks: recent.reduce((sum, { locks }) => sum + locks, 0) / Math.max(1, recent.length),
    lockP99Ms: lockMs[Math.floor(lockMs.length * 0.99)] ?? null,
  } satisfies CrowdProgress)
}

/** Maps that follow the show as a web app's would, each over a socket of its own. */
async function openViewers(): Promise<LiveMap[]> {
  const opened: LiveMap[] = []
  for (let viewer = 0; viewer < settings.viewers; viewer++) {
    const socket = openSocket(createClient, {
      url: `${url.replace('http', 'ws')}/graphql`,
      webSocketImpl: viewerSocket(viewer),
    })
    opened.push(
      openLiveMap({ showId, frames: graphqlWsFrames(socket), snapshots: httpSnapshots({ api: url }) }),
    )
    if (viewer % 50 === 49) await pause(50)
  }
  return opened
}

/** From an address of its own, as a proxy would tell it. */
function viewerSocket(viewer: number) {
  return class extends WebSocket {
    constructor(address: string | URL, protocols?: string | string[]) {
      super(address, protocols, { headers: { 'x-forwarded-for': `172.16.${viewer >> 8}.${viewer & 255}` } })
    }
  }
}

/** Waits until every viewer's map is the ledger's, as long as a promise allows. */
async function settleViewers(): Promise<CrowdResult['viewers']> {
  const begun = performance.now()
  let differing = maps.length
  while (maps.length > 0 && performance.now() - begun < settleMsMax) {
    const truth = unpacked((await fanApi(world, 0).map()) ?? new Uint8Array())
    differing = maps.filter((map) => !isEqual(map.statuses(), truth)).length
    if (differing === 0) break
    await pause(100)
  }
  const settledMs = maps.length > 0 && differing === 0 ? performance.now() - begun : null
  for (const map of maps) map.close()
  return { opened: maps.length, differing, settledMs }
}

function unpacked(packed: Uint8Array): number[] {
  return [...packed].flatMap((byte) => [byte & 3, (byte >> 2) & 3, (byte >> 4) & 3, (byte >> 6) & 3])
}

function isEqual(statuses: Uint8Array | null, truth: number[]): boolean {
  return statuses?.every((status, seatNo) => status === truth[seatNo]) ?? false
}

function print(value: object): void {
  process.stdout.write(`${JSON.stringify(value)}\n`)
}
