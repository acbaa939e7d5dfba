/**
 * `npm run simulate`: the on-sale of an arena, with fans as real clients who look, pick neighbours, hesitate, lose seats,
 * try again, leave and pay, and with viewers on real sockets. Ends with an audit: a run in which a promise broke fails.
 */
import { writeFileSync } from 'node:fs'
import { Agent } from 'node:http'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import cliProgress from 'cli-progress'
import {
  addFigure,
  addPromise,
  brokenPromises,
  openReport,
  percentile,
  printReport,
  type Report,
} from '../src/operate/index.ts'
import type { CrowdProgress, CrowdResult } from './simulate/crowd.ts'
import { walkJourneys } from './simulate/journeys.ts'
import { simulationPage } from './simulate/page.ts'
import { runCrowd } from './simulate/run-crowd.ts'
import { lockSeconds, type SimulationSettings } from './simulate/settings.ts'
import { openTally } from './simulate/tally.ts'
import { openWorld, type SimulatedWorld } from './simulate/world.ts'

const usage = `npm run simulate -- [--fans 20000] [--seconds 120] [--pace 0.1] [--viewers 200] [--seed 1]
                    [--processes N] [--report simulation.html] [--json FILE]

  --fans       how many come, from 1 to 200000
  --seconds    within how many seconds they come
  --pace       1: people as slow as they are; 0.1: ten times faster
  --viewers    sockets that watch the map all the time, up to 5000
  --processes  API processes; one core is left to the crowd`

/** Of a vCPU for an hour; bookings are told in these as well. */
const vcpuHourDollars = 0.04

const { values } = parseArgs({
  options: {
    fans: { type: 'string', default: '20000' },
    seconds: { type: 'string', default: '120' },
    pace: { type: 'string', default: '0.1' },
    viewers: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    processes: { type: 'string', default: String(Math.max(1, availableParallelism() - 1)) },
    report: { type: 'string', default: 'simulation.html' },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  console.log(usage)
  process.exit(0)
}
const settings: SimulationSettings = {
  fans: numberOf('fans', 1, 200_000),
  arriveMs: 1_000 * numberOf('seconds', 1, 3_600),
  pace: numberOf('pace', 0.01, 10),
  viewers: numberOf('viewers', 0, 5_000),
  seed: numberOf('seed', 0, 2 ** 31),
}
const processes = numberOf('processes', 1, 256)

const report = openReport('simulated on-sale')
console.error('Starting PostgreSQL, Redis, the payment sandbox and the API')
const world = await openWorld(processes, settings.pace)
let broken = 0
try {
  broken = await simulate(world)
} finally {
  await world.close()
}
process.exit(broken === 0 ? 0 : 1)

async function simulate(on: SimulatedWorld): Promise<number> {
  const arena = await on.arena()
  const { url } = on.api
  const lockMs = lockSeconds(settings.pace) * 1_000
  console.error('Walking the two journeys of the operations document')
  const agent = new Agent({ keepAlive: true })
  const small = await smallShow(on)
  const steps = await walkJourneys(
    { url, agent, showId: small, tally: openTally() },
    ['A-1', 'A-2', 'A-3'],
    lockMs,
  )
  agent.destroy()

  const before = on.cpu()
  const bar = openBar()
  const crowd = await runCrowd({ settings, url, showId: arena.showId, planHash: arena.planHash }, bar.tell)
  bar.end()
  const after = on.cpu()
  const cpuSeconds = {
    node: after.node - before.node,
    postgres: after.postgres - before.postgres,
    redis: after.redis - before.redis,
  }

  console.error('Waiting for the last locks to run out, then auditing')
  await new Promise((later) => setTimeout(later, lockMs + 2_000))
  const audited = await on.audit()
  tellFigures(report, crowd, cpuSeconds)
  const soldTwice = audited.checks.find(({ name }) => name === 'seats_are_sold_once')?.findings ?? 0
  const findings = audited.checks.reduce((sum, check) => sum + check.findings, 0)
  addPromise(report, 'seats sold twice', soldTwice, 'seats')
  addPromise(report, 'findings of the audit', findings, '')
  addPromise(report, 'viewers whose map differs at the end', crowd.viewers.differing, 'viewers')
  addPromise(report, 'fans who met a fault', crowd.tally.endings['met a fault'] ?? 0, 'fans')
  for (const finding of audited.findings.slice(0, 5))
    report.notes.push(`The audit found: ${JSON.stringify(finding)}`)
  for (const fault of crowd.tally.faults) report.notes.push(`A fan met a fault: ${fault}`)
  report.notes.push(
    `${settings.fans} fans in ${settings.arriveMs / 1_000} s for ${arena.seats} places, people ${1 / settings.pace} times as fast ` +
      `as in life, locks of ${lockMs / 1_000} s, ${processes} API process(es), seed ${settings.seed}. Plan fetched once, as from a CDN.`,
  )
  printReport(report, values.json)
  if (values.json)
    writeFileSync(values.json, `${JSON.stringify({ ...report, settings, steps, ...crowd }, null, 2)}\n`)
  writeFileSync(
    values.report,
    simulationPage({ report, title: `On-sale: ${arena.title}`, tally: crowd.tally, steps }),
  )
  console.log(`\nThe page: ${values.report}`)
  return brokenPromises(report).length
}

/** For the journeys, so that the arena is untouched when the doors open. */
async function smallShow(on: SimulatedWorld): Promise<string> {
  return Buffer.from(`Show:${await on.show()}`).toString('base64')
}

function tellFigures(
  to: Report,
  { tally, elapsedMs, viewers }: CrowdResult,
  cpu: { node: number; postgres: number; redis: number },
): void {
  const all = cpu.node + cpu.postgres + cpu.redis
  addFigure(to, 'time until the last fan had left', elapsedMs / 1_000, 's')
  addFigure(to, 'fans who bought', tally.endings.bought ?? 0, 'fans')
  addFigure(to, 'seats sold', tally.seatsSold, 'seats')
  for (const [operation, times] of Object.entries(tally.latencies)) {
    if (times.length === 0) continue
    const ascending = [...times].sort((a, b) => a - b)
    addFigure(to, `${operation}: requests`, times.length, '')
    for (const [name, share] of [
      ['p50', 0.5],
      ['p99', 0.99],
      ['p99.9', 0.999],
    ] as const) {
      const target = operation === 'lock' && name === 'p99' ? 100 : null
      addFigure(to, `${operation}: ${name}`, percentile(ascending, share), 'ms', target)
    }
  }
  const toTickets = [...tally.toTicketsMs].sort((a, b) => a - b)
  addFigure(to, 'from arrival to tickets, median', percentile(toTickets, 0.5) / 1_000, 's')
  addFigure(to, 'lost seats on the way to tickets, mean', mean(tally.lostSeats), 'times')
  addFigure(to, 'CPU of all servers', all, 's')
  addFigure(
    to,
    'CPU per booking (locks, maps and sockets of everybody included)',
    (all / tally.bookings) * 1_000,
    'ms',
  )
  addFigure(
    to,
    `cost per million bookings, at $${vcpuHourDollars} a vCPU hour`,
    (all / tally.bookings) * (vcpuHourDollars / 3_600) * 1e6,
    '$',
  )
  if (viewers.settledMs !== null)
    addFigure(to, 'all viewers equal to the ledger after calm', viewers.settledMs, 'ms', 5_000)
}

function mean(numbers: number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / Math.max(1, numbers.length)
}

/** A bar on a terminal, a line every five seconds elsewhere. */
function openBar() {
  const told = ({ elapsedMs, arrived, inside, seatsSold, locks, lockP99Ms }: CrowdProgress) =>
    `${(elapsedMs / 1_000).toFixed(0)} s: ${arrived} fans came, ${inside} are there, ${seatsSold} seats sold, ` +
    `${locks.toFixed(0)} locks/s, p99 ${lockP99Ms === null ? '–' : `${lockP99Ms.toFixed(0)} ms`}`
  if (!process.stderr.isTTY) {
    let toldAtMs = 0
    return {
      tell(progress: CrowdProgress) {
        if (progress.elapsedMs - toldAtMs < 5_000) return
        toldAtMs = progress.elapsedMs
        console.error(told(progress))
      },
      end() {},
    }
  }
  const bar = new cliProgress.SingleBar(
    { format: '{bar} {told}', stream: process.stderr, hideCursor: true, barsize: 20 },
    cliProgress.Presets.shades_classic,
  )
  bar.start(settings.fans, 0, { told: 'doors open' })
  return {
    tell: (progress: CrowdProgress) =>
      bar.update(progress.arrived - progress.inside, { told: told(progress) }),
    end: () => bar.stop(),
  }
}

function numberOf(
  name: 'fans' | 'seconds' | 'pace' | 'viewers' | 'seed' | 'processes',
  min: number,
  max: number,
): number {
  const number = Number(values[name])
  if (values[name].trim() !== '' && number >= min && number <= max) return number
  console.error(`Expected --${name} from ${min} to ${max}, got ${JSON.stringify(values[name])}.\n\n${usage}`)
  process.exit(2)
}
