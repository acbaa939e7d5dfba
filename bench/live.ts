/**
 * `npm run bench -- live`: what the live seat map costs. Deliveries per second of server CPU by the whole product (auth,
 * limits, conflation), against `ws` sending the same bytes framed once, a C loop around send(), and graphql-ws as its
 * documentation wires it; time from a committed lock to the last viewer; memory of an idle subscriber; and what conflation
 * saves. One run, one machine, servers on one core and viewers on another, every server and the viewers a process each.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { addFigure, brokenPromises, openReport, printReport } from '../src/operate/index.ts'
import { compareConflation } from './rig/live/compare-conflation.ts'
import { openLanes, type Rates } from './rig/live/lanes.ts'
import { openViewers } from './rig/live/open-viewers.ts'
import { measureProduct } from './rig/live/product.ts'
import { openRig } from './rig/open-rig.ts'

const { values } = parseArgs({
  options: {
    json: { type: 'string' },
    sockets: { type: 'string', default: '5000' },
    seconds: { type: 'string', default: '8' },
  },
})
const sockets = Number(values.sockets)
const windowMs = Number(values.seconds) * 1_000

const report = openReport('the live seat map')
const rig = await openRig()
const viewers = openViewers()
try {
  const product = await measureProduct({ rig, viewers, report, sockets, windowMs })
  const lanes = await openLanes({ sockets, wireBytes: Math.round(product.wireBytes) })
  const rates: Rates = {}
  for (const lane of lanes.open) {
    const server = await lane.start()
    rig.onClose(server.stop)
    const { open, lost } = await viewers.open({ url: server.url, count: sockets, ...lane.job })
    if (lost.length > 0) throw new Error(`${lane.name}: viewers were lost: ${lost.join(', ')}`)
    await pause(500)
    await viewers.reset()
    const before = server.cpuSeconds()
    await pause(windowMs)
    const { frames } = await viewers.read()
    rates[lane.name] = frames / (server.cpuSeconds() - before)
    addFigure(
      report,
      `${lane.about}: deliveries per CPU second, ${open} sockets`,
      rates[lane.name] ?? 0,
      '1/s',
    )
    await viewers.close()
    await server.stop()
  }
  addRatio('deliveries, product / raw ws', rates.raw, 0.95)
  addRatio('deliveries, product / C send() loop', rates.c, 0.65)
  addRatio('deliveries, product / plain graphql-ws', rates.plain, 4)
  report.notes.push(...lanes.notes)
  await compareConflation({ rig, viewers, report, server: product.server })

  function addRatio(name: string, other: number | undefined, atLeast: number): void {
    if (other === undefined) return
    const value = Math.round((product.perCpuSecond / other) * 100) / 100
    report.figures.push({ name, value, unit: 'x', target: atLeast, holds: value >= atLeast })
  }
} finally {
  await viewers.stop()
  await rig.close()
}
report.notes.push(
  `Windows of ${windowMs / 1_000} s over loopback; CPU is that of the server process alone, from /proc; the viewers’ is not ` +
    'counted. All lanes send the same number of bytes a message.',
)
printReport(report, values.json)
process.exit(brokenPromises(report).length > 0 ? 1 : 0)
