/**
 * Ten gates lose their network before the doors open. Ten thousand tickets go in, hundreds of them more than once at gates
 * that cannot know of each other. When the gates come back, in any order, every duplicate is found and no honest ticket
 * is accused.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { OfflineScan } from '../../src/gate/sync-scans.ts'
import { type GateWorld, gateWorld } from './gate-world.ts'

const tickets = 10_000
const scanners = 10
const batchMax = 200
let world: GateWorld

beforeAll(async () => {
  world = await gateWorld()
})
afterAll(() => world.close())

interface Planned {
  ticket: number
  scanner: number
  scan: OfflineScan
}

/** Numbers that follow from a seed. */
function chance(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return (state >>> 8) % below
  }
}

test('every duplicate among ten thousand tickets is found, whatever the order in which the gates come back', {
  timeout: 240_000,
}, async () => {
  const next = chance(7)
  /** Ticket -> at which scanners it was let in, and when (minutes ago). */
  const script = Array.from({ length: tickets }, (_, ticket) => {
    const copies = ticket % 20 === 0 ? 1 + next(3) : 0
    const at = Array.from({ length: 1 + copies }, () => ({
      scanner: next(scanners),
      minutesAgo: 1 + next(90),
    }))
    return { ticket, at }
  })
  const doubled = script.filter(({ at }) => at.length > 1)
  expect(doubled.length).toBe(500)

  const reports = []
  for (const order of ['in turn', 'backwards and interleaved']) {
    const { showId, codes, ticketIds } = await world.showWithCodes(tickets)
    const planned: Planned[] = script.flatMap(({ ticket, at }) =>
      at.map(({ scanner, minutesAgo }, copy) => ({
        ticket,
        scanner,
        scan: world.offline(codes[ticket] ?? '', minutesAgo, {
          nonce: `scan-${ticket}-${copy}`,
          gate: `Gate ${scanner}`,
        }),
      })),
    )
    const queues = Array.from({ length: scanners }, (_, scanner) =>
      planned.filter((one) => one.scanner === scanner).map(({ scan }) => scan),
    )
    const batches = queues.flatMap((queue, scanner) =>
      Array.from({ length: Math.ceil(queue.length / batchMax) }, (_, at) => ({
        scanner,
        scans: queue.slice(at * batchMax, (at + 1) * batchMax),
      })),
    )
    if (order === 'in turn') {
      for (const { scanner, scans } of batches) await world.sync(showId, `scanner-${scanner}`, scans)
    } else {
      for (let at = batches.length - 1; at > 0; at--) {
        const other = next(at + 1)
        const [one, two] = [batches[at], batches[other]]
        if (one && two) [batches[at], batches[other]] = [two, one]
      }
      // Four at once, and every third batch twice, as after an answer that was lost.
      const twice = batches.flatMap((batch, at) => (at % 3 === 0 ? [batch, batch] : [batch]))
      while (twice.length > 0) {
        await Promise.all(
          twice
            .splice(0, 4)
            .map(({ scanner, scans }) => world.sync(showId, `scanner-${scanner}`, scans.toReversed())),
        )
      }
    }
    const conflicts = await allConflicts(showId)
    reports.push(
      conflicts
        .map(({ ticketId, entry, scans }) => ({
          ticket: ticketIds.indexOf(ticketId),
          entry: entry?.nonce,
          duplicates: scans.map(({ scan }) => scan.nonce),
        }))
        .sort((one, other) => one.ticket - other.ticket),
    )
    expect(await world.gate.count(showId)).toEqual({ tickets, entered: tickets, inside: tickets })
  }

  const [report, other] = reports
  expect(other).toEqual(report)
  expect(report?.map(({ ticket }) => ticket)).toEqual(doubled.map(({ ticket }) => ticket))
  for (const { ticket, entry, duplicates } of report ?? []) {
    const copies = script[ticket]?.at ?? []
    const order = copies
      .map(({ minutesAgo, scanner }, copy) => ({ minutesAgo, scanner, nonce: `scan-${ticket}-${copy}` }))
      .sort(
        (one, two) =>
          two.minutesAgo - one.minutesAgo || one.scanner - two.scanner || (one.nonce < two.nonce ? -1 : 1),
      )
      .map(({ nonce }) => nonce)
    expect(entry).toBe(order[0])
    expect([...duplicates].sort()).toEqual(order.slice(1).sort())
  }
})

async function allConflicts(showId: number) {
  const found = []
  let after: string | null = null
  for (;;) {
    const page = await world.gate.findConflicts({ showId, first: 100, after })
    found.push(...page)
    after = page.at(-1)?.ticketId ?? null
    if (page.length < 100) return found
  }
}
