/**
 * Takes over what devices scanned without network. Each scan is a fact: somebody was let in, and no answer of ours changes
 * that. So all genuine ones are kept, and what they mean together follows from the set of them (follow-scans.ts): the
 * order in which devices come, and how often they come, makes no difference.
 */
import type { CodeStanding, TicketPayload, Verification } from '../ticket/index.ts'
import { followScans } from './follow-scans.ts'
import { readShow } from './gate-policy.ts'
import { keepScans } from './keep-scans.ts'
import { BadScanInput, ClockWrong, GateShowNotFound } from './refusals.ts'
import type { Room } from './room.ts'
import { checkDevice, checkGate, checkNonce, scanIdOf, undoIdOf } from './scan-input.ts'
import { type ScanRow, scansOf, standingScans } from './scan-rows.ts'

export interface OfflineScan {
  code: string
  gate: string
  nonce: string
  move: 'in' | 'out'
  scannedAt: Date
  /** It was taken back on the device. */
  undone: boolean
}

export interface SyncScans {
  showId: number
  device: string
  /** The device's clock when it sent this: how wrong its times are. */
  sentAt: Date
  scans: readonly OfflineScan[]
  by: string
}

export type SyncOutcome =
  /** The entry that counts, or an exit. */
  | 'counts'
  | 'duplicate'
  | 'exit_without_entry'
  | 'undone'
  /** Not kept: it proves no ticket of this show. */
  | 'no_ticket_code'
  | 'forged'
  | 'unknown_key'
  | 'revoked_key'
  | 'wrong_show'
  /** Not kept: this nonce is of another scan. */
  | 'key_reused'
  /** Not kept: it says it was made after it was sent. */
  | 'bad_time'

export interface SyncedScan {
  nonce: string
  outcome: SyncOutcome
  /** Of what is kept: whether its code held when it arrived here. */
  standing: CodeStanding | null
  /** Of a duplicate: the scan that had let the ticket in. */
  entry: { gate: string; device: string; scannedAt: Date } | null
}

type Judged = { scan: OfflineScan } & ({ row: ScanRow } | { refused: SyncOutcome })

/** In the order of the scans. */
export async function syncScans(room: Room, request: SyncScans): Promise<SyncedScan[]> {
  const now = room.clock.now()
  checkInput(room, request, now)
  const show = await readShow(room.pool, room.limits, request.showId)
  if (!show) throw new GateShowNotFound()
  const judged = await judge(room, request, now)
  const rows = judged.flatMap((one) => ('row' in one ? [one.row] : []))
  await keepScans(room, rows)
  const kept = await readKept(room, rows)
  const undoings = judged.flatMap((one) => undoingOf(one, kept, now))
  await keepScans(room, undoings)
  return tell(judged, undoings.length > 0 ? await readKept(room, rows) : kept, show.policy)
}

async function readKept({ pool, limits }: Room, rows: readonly ScanRow[]): Promise<ScanRow[]> {
  const ticketIds = [...new Set(rows.map(({ ticketId }) => ticketId))]
  return await scansOf(pool, ticketIds, ticketIds.length * limits.scansPerTicketMax)
}

function checkInput({ limits }: Room, { device, sentAt, scans }: SyncScans, now: Date): void {
  checkDevice(device, limits)
  if (!(Math.abs(sentAt.getTime() - now.getTime()) <= limits.clockOffMsMax)) throw new ClockWrong(now)
  if (scans.length > limits.scansPerSyncMax) {
    throw new BadScanInput('scans', `at most ${limits.scansPerSyncMax} of them in one call`)
  }
  const nonces = new Set<string>()
  for (const { gate, nonce } of scans) {
    checkGate(gate, limits)
    checkNonce(nonce, limits)
    if (nonces.has(nonce)) throw new BadScanInput('scans', 'each nonce once')
    nonces.add(nonce)
  }
}

async function judge({ ticketing }: Room, request: SyncScans, now: Date): Promise<Judged[]> {
  const { scans, showId, device, by, sentAt } = request
  const verified = await ticketing.verifyMany(scans.map(({ code }) => code))
  const payloads = verified.flatMap((one) => (one.outcome === 'valid' ? [one.payload] : []))
  const standings = await ticketing.standingsOf(payloads)
  const standingOf = new Map<TicketPayload, CodeStanding>()
  for (const [at, payload] of payloads.entries()) standingOf.set(payload, standings[at] ?? 'unknown')
  return scans.map((scan, at): Judged => {
    const verification = verified[at] ?? { outcome: 'malformed' }
    if (verification.outcome !== 'valid') return { scan, refused: refusalOf(verification) }
    const { payload } = verification
    if (payload.showId !== showId) return { scan, refused: 'wrong_show' }
    if (!(scan.scannedAt <= sentAt)) return { scan, refused: 'bad_time' }
    const { gate, nonce, move, scannedAt } = scan
    const row: ScanRow = {
      ...payload,
      ...{ id: scanIdOf(showId, device, nonce), turn: 0, move, undoes: null, gate, device, nonce, by },
      ...{ scannedAt, receivedAt: now, offline: true, standing: standingOf.get(payload) ?? 'unknown' },
    }
    return { scan, row }
  })
}

function refusalOf({ outcome }: Exclude<Verification, { outcome: 'valid' }>): SyncOutcome {
  return outcome === 'malformed' || outcome === 'wrong_version' ? 'no_ticket_code' : outcome
}

/** Only of a scan that is kept: another ticket's scan of the same nonce is not taken back by it. */
function undoingOf(judged: Judged, kept: readonly ScanRow[], now: Date): ScanRow[] {
  if ('refused' in judged || !judged.scan.undone || !keptAs(judged.row, kept)) return []
  const { row } = judged
  return [{ ...row, id: undoIdOf(row.id), move: 'undo', undoes: row.id, scannedAt: now }]
}

function keptAs(row: ScanRow, kept: readonly ScanRow[]): ScanRow | undefined {
  return kept.find(
    ({ id, ticketId, move }) => id === row.id && ticketId === row.ticketId && move === row.move,
  )
}

function tell(
  judged: readonly Judged[],
  kept: readonly ScanRow[],
  policy: { reEntry: boolean },
): SyncedScan[] {
  const byTicket = Map.groupBy(kept, ({ ticketId }) => ticketId)
  return judged.map((one) => {
    const { nonce } = one.scan
    if ('refused' in one) return { nonce, outcome: one.refused, standing: null, entry: null }
    const row = keptAs(one.row, kept)
    if (!row) return { nonce, outcome: 'key_reused', standing: null, entry: null }
    const { standing } = row
    const scans = standingScans(byTicket.get(row.ticketId) ?? [])
    if (!scans.some(({ id }) => id === row.id)) return { nonce, outcome: 'undone', standing, entry: null }
    const problem = followScans(scans, policy).problems.find(({ scan }) => scan.id === row.id)
    if (problem?.kind !== 'duplicate')
      return { nonce, outcome: problem?.kind ?? 'counts', standing, entry: null }
    const { gate, device, scannedAtMs } = problem.entry
    return {
      nonce,
      outcome: 'duplicate',
      standing,
      entry: { gate, device, scannedAt: new Date(scannedAtMs) },
    }
  })
}
