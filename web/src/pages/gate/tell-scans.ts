/** Tells the server what this device has scanned alone. Repeating it is harmless: each scan has its nonce. */
import type { Door } from './ask-server.ts'
import type { OwnScan } from './device-store.ts'
import { askGate, NoAnswer, syncScans } from './gate-api.ts'

export const scansPerTelling = 200
const answerMsMax = 15_000

export type Telling =
  | { kind: 'told'; scans: OwnScan[] }
  /** This device's clock is off: what to add to it. Nothing was taken over. */
  | { kind: 'clock'; offMs: number }

export async function tellScans(door: Door, scans: readonly OwnScan[], nowMs: number): Promise<Telling> {
  const { token, showId, device } = door
  // A clock that was set back meanwhile must not make scans look later than their telling.
  const sentAtMs = scans.reduce((latest, { scannedAtMs }) => Math.max(latest, scannedAtMs), nowMs)
  const variables = {
    ...{ showId, device, sentAt: new Date(sentAtMs).toISOString() },
    scans: scans.map(({ code, gate, nonce, move, scannedAtMs, undone }) => ({
      ...{ code, gate, nonce, undone, move: move === 'in' ? ('IN' as const) : ('OUT' as const) },
      scannedAt: new Date(scannedAtMs).toISOString(),
    })),
  }
  const told = (await askGate(token, syncScans, variables, answerMsMax)).syncScans
  if (told.__typename === 'ClockWrong')
    return { kind: 'clock', offMs: Date.parse(told.serverTime) - sentAtMs }
  if (told.__typename !== 'SyncScansOk') throw new NoAnswer(told.message)
  const outcomes = new Map(told.scans.map(({ nonce, outcome }) => [nonce, outcome]))
  return {
    kind: 'told',
    scans: scans.map((scan) => {
      const outcome = outcomes.get(scan.nonce) ?? null
      return { ...scan, outcome, state: isKept(outcome) ? 'told' : 'refused' }
    }),
  }
}

/** Outcomes of scans that the server has kept. */
function isKept(outcome: string | null): boolean {
  return ['COUNTS', 'DUPLICATE', 'EXIT_WITHOUT_ENTRY', 'UNDONE'].includes(outcome ?? '')
}
