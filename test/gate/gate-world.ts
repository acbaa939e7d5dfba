/** A database with shows, tickets and their codes, and as many gates as a test wants. */
import { randomBytes } from 'node:crypto'
import { openCatalog, storePlan } from '../../src/catalog/index.ts'
import type { GateLimits } from '../../src/gate/gate-limits.ts'
import { type Gate, openGate } from '../../src/gate/index.ts'
import type { ScanRow } from '../../src/gate/scan-rows.ts'
import type { OfflineScan } from '../../src/gate/sync-scans.ts'
import { Refusal } from '../../src/platform/failures.ts'
import { ticketWorld } from '../ticket/ticket-world.ts'

const minuteMs = 60_000

export async function gateWorld() {
  const world = await ticketWorld()
  const { pool } = world
  const ticketing = world.open()
  let scans = 0

  const gateWith = (limits: Partial<GateLimits> = {}): Gate =>
    openGate({ pool, ticketing, catalog: openCatalog(pool), clock: world.clock, limits })
  const gate = gateWith()
  const nonce = () => `nonce-${++scans}-${randomBytes(4).toString('hex')}x`

  return {
    ...world,
    ticketing,
    gate,
    gateWith,
    nonce,
    /** A show that starts in so many hours, with the codes of so many tickets. */
    async showWithCodes(count = 1, inHours = 1) {
      const showId = await world.show(inHours)
      const ticketIds = await world.tickets(showId, { count })
      const made = await codesOf(ticketIds)
      return { showId, ticketIds, codes: ticketIds.map((id) => made.get(id) ?? '') }
    },
    scan(showId: number, code: string, more: Partial<Parameters<Gate['scanTicket']>[0]> = {}) {
      const request = { showId, code, move: 'in', gate: 'North', device: 'phone-a', by: 'ada' } as const
      return gate.scanTicket({ ...request, nonce: nonce(), scannedAt: null, ...more })
    },
    /** A scan that was made without network, so many minutes ago. */
    offline(code: string, minutesAgo: number, more: Partial<OfflineScan> = {}): OfflineScan {
      const scannedAt = new Date(world.clock.nowMs() - minutesAgo * minuteMs)
      return { code, gate: 'North', nonce: nonce(), move: 'in', undone: false, scannedAt, ...more }
    },
    sync: (showId: number, device: string, offline: readonly OfflineScan[]) =>
      gate.syncScans({ showId, device, scans: offline, sentAt: world.clock.now(), by: 'ada' }),
    conflicts: (showId: number) => gate.findConflicts({ showId, first: 100, after: null }),
    /** A hall with two zones: seats 0 and 1 in the stalls, 2 and 3 on the balcony. */
    async hall(showId: number) {
      const seat = (zone: string, number: number) => ({
        ...{ seatId: `${zone}-${number}`, zone, row: 'A', number: String(number), category: 'c' },
        ...{ x: number, y: 1, radius: 1, traits: [] },
      })
      const { planVersionId } = await storePlan(pool, {
        key: `hall-${showId}`,
        draft: {
          ...{ name: 'Hall', size: { width: 9, height: 9 }, areas: [], decorations: [] },
          categories: [{ key: 'c', name: 'C', color: '#112233' }],
          zones: [
            { key: 'stalls', name: 'Stalls' },
            { key: 'balcony', name: 'Balcony' },
          ],
          seats: [seat('stalls', 1), seat('stalls', 2), seat('balcony', 1), seat('balcony', 2)],
        },
      })
      await pool.query('UPDATE show SET plan_version_id = $2 WHERE id = $1', [showId, planVersionId])
    },
  }

  async function codesOf(ticketIds: readonly string[]): Promise<Map<string, string>> {
    const codes = new Map<string, string>()
    for (let at = 0; at < ticketIds.length; at += 1_000) {
      for (const [id, code] of await ticketing.codesOf(ticketIds.slice(at, at + 1_000))) codes.set(id, code)
    }
    return codes
  }
}

export type GateWorld = Awaited<ReturnType<typeof gateWorld>>

/** The code of the refusal, or `let in`. */
export async function outcomeOf(scan: Promise<ScanRow>): Promise<string> {
  try {
    await scan
    return 'let in'
  } catch (error) {
    if (error instanceof Refusal) return error.code
    throw error
  }
}

export const asUsual = { reEntry: false, opensBeforeMinutes: 240, closesAfterMinutes: 720, gates: [] }
