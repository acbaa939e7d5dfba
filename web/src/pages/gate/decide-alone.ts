/**
 * What a device without network answers: by the bundle, and by what it has scanned itself. It knows of no scan that other
 * gates made since, which is why every scan is told to the server later.
 */
import { followScans, type Scan } from '../../../../src/gate/follow-scans.ts'
import { gatesOfZone } from '../../../../src/gate/gates-of-zone.ts'
import type { OpenBundle } from './open-bundle.ts'
import { type Opened, openCode } from './open-code.ts'

export interface AtDoor {
  gate: string
  move: 'in' | 'out'
  nowMs: number
}

/** Codes are those of the server's refusals, so that both are told in the same words. */
export type Decision =
  | { code: 'LET'; ticketId: string; seat: string }
  | { code: 'ALREADY_USED'; ticketId: string; seat: string; scannedAtMs: number; gate: string }
  | { code: 'WRONG_GATE' | 'GATE_NOT_LISTED'; gates: string[] }
  | { code: 'TOO_EARLY' | 'SHOW_OVER'; atMs: number }
  | { code: 'NO_TICKET_CODE' | 'FORGED_TICKET' | 'UNKNOWN_KEY' | 'REVOKED_KEY' | 'WRONG_SHOW' }
  | { code: 'SHOW_IS_CANCELLED' | 'VOID_TICKET' | 'REPLACED_CODE' | 'NO_RE_ENTRY' | 'NOT_INSIDE' }

const refusalOf = {
  malformed: 'NO_TICKET_CODE',
  forged: 'FORGED_TICKET',
  unknown_key: 'UNKNOWN_KEY',
  revoked_key: 'REVOKED_KEY',
} as const satisfies Record<Exclude<Opened['outcome'], 'valid'>, Decision['code']>

export async function decideAlone(
  code: string,
  bundle: OpenBundle,
  ownScansOf: (ticketId: string) => readonly Scan[],
  door: AtDoor,
): Promise<Decision> {
  const opened = await openCode(code, bundle)
  if (opened.outcome !== 'valid') return { code: refusalOf[opened.outcome] }
  const { about } = bundle
  const { ticketId, showId, seatNo, generation } = opened.payload
  if (showId !== about.show.id) return { code: 'WRONG_SHOW' }
  if (about.isCancelled) return { code: 'SHOW_IS_CANCELLED' }
  if (bundle.isVoid(ticketId)) return { code: 'VOID_TICKET' }
  if (generation < bundle.generationOf(ticketId)) return { code: 'REPLACED_CODE' }
  const [opensAtMs, closesAtMs] = [Date.parse(about.opensAt), Date.parse(about.closesAt)]
  if (door.nowMs < opensAtMs) return { code: 'TOO_EARLY', atMs: opensAtMs }
  if (door.nowMs > closesAtMs) return { code: 'SHOW_OVER', atMs: closesAtMs }
  if (door.move === 'out' && !about.reEntry) return { code: 'NO_RE_ENTRY' }
  const wrongGate = wrongGateOf(bundle, seatNo, door)
  if (wrongGate) return wrongGate
  const seat = bundle.labelOf(seatNo)
  const scans = [...toldScans(bundle, ticketId), ...ownScansOf(ticketId)]
  const { entry, isInside } = followScans(scans, about)
  if (door.move === 'out') return isInside ? { code: 'LET', ticketId, seat } : { code: 'NOT_INSIDE' }
  if (!entry || (about.reEntry && !isInside)) return { code: 'LET', ticketId, seat }
  return { code: 'ALREADY_USED', ticketId, seat, scannedAtMs: entry.scannedAtMs, gate: entry.gate }
}

function wrongGateOf({ about, zoneOf }: OpenBundle, seatNo: number, { gate, move }: AtDoor): Decision | null {
  const { gates } = about
  if (gates.length === 0) return null
  const names = gates.map(({ name }) => name)
  if (!names.includes(gate)) return { code: 'GATE_NOT_LISTED', gates: names }
  const open = gatesOfZone(gates, zoneOf(seatNo))
  return move === 'out' || open.includes(gate) ? null : { code: 'WRONG_GATE', gates: open }
}

/** What the bundle tells of a ticket, as scans. */
function toldScans({ entryOf }: OpenBundle, ticketId: string): Scan[] {
  const told = entryOf(ticketId)
  if (!told) return []
  const scan = { id: '', gate: told.gate, device: '', nonce: '', scannedAtMs: told.atMs }
  const entry: Scan = { ...scan, move: 'in' }
  return told.isInside ? [entry] : [entry, { ...scan, move: 'out', scannedAtMs: told.atMs + 1 }]
}
