/**
 * Takes over what devices scanned without network. Each scan is a fact: somebody was let in, and no answer of ours changes
 * that. So all genuine ones are kept, and what they mean together follows from the set of them (follow-scans.ts): the
 * order in which devices come, and how often they come, makes no difference.
 */
import { inTransaction } from '../platform/transaction.ts'
import type { CodeStanding, TicketPayload, Verification } from '../ticket/index.ts'
import { followScans } from './follow-scans.ts'
import { readShow } from './gate-policy.ts'
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
  | 'not_a_ticket_code'
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
  const rows = judged.flatMap((one) => ('row' in one ? withUndoing(one.row, one.scan, now) : []))
  await keep(room, rows)
  const ticketIds = [...new Set(rows.map(({ ticketId }) => ticketId))]
  const kept = await scansOf(room.pool, ticketIds, ticketIds.length * room.limits.scansPerTicketMax)
  return tell(judged, kept, show.policy)
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
  return outcome === 'malformed' || outcome === 'wrong_version' ? 'not_a_ticket_code' : outcome
}

function withUndoing(row: ScanRow, { undone }: OfflineScan, now: Date): ScanRow[] {
  if (!undone) return [row]
  return [row, { ...row, id: undoIdOf(row.id), move: 'undo', undoes: row.id, scannedAt: now }]
}

/**
 * Every row takes the next turn of its ticket. Rows go in the order of their tickets, so that two devices that sync the
 * same tickets wait for each other and never both; a turn that another took meanwhile is tried again.
 */
async function keep({ pool, limits }: Room, rows: readonly ScanRow[]): Promise<void> {
  let missing = [...rows].sort((one, other) => compare(one.ticketId, other.ticketId))
  for (let tries = 0; missing.length > 0; tries++) {
    if (tries === limits.turnTriesMax) throw new Error(`${missing.length} scans keep losing their turn`)
    const there = await inTransaction(pool, async (tx) => {
      await tx.query({
        name: 'keep_scans',
        text: `INSERT INTO gate_scan (ticket_id, turn, id, show_id, seat_no, generation, move, undoes, gate, device, nonce,
                                      scanned_at, received_at, offline, standing, "by")
               SELECT x.ticket_id,
                      (SELECT coalesce(max(g.turn), 0) FROM gate_scan g WHERE g.ticket_id = x.ticket_id)
                        + row_number() OVER (PARTITION BY x.ticket_id ORDER BY x.at),
                      x.id, x.show_id, x.seat_no, x.generation, x.move, x.undoes, x.gate, x.device, x.nonce,
                      x.scanned_at, x.received_at, x.offline, x.standing, x."by"
                 FROM jsonb_to_recordset($1) AS x (
                      at int, ticket_id uuid, id uuid, show_id int, seat_no int, generation int, move gate_move,
                      undoes uuid, gate text, device text, nonce text, scanned_at timestamptz,
                      received_at timestamptz, offline boolean, standing gate_standing, "by" text)
                WHERE NOT EXISTS (SELECT FROM gate_scan g WHERE g.id = x.id)
                ORDER BY x.ticket_id, x.at
               ON CONFLICT DO NOTHING`,
        values: [JSON.stringify(missing.map(asColumns))],
      })
      const { rows: found } = await tx.query<{ id: string }>(
        'SELECT id FROM gate_scan WHERE id = ANY ($1::uuid[])',
        [missing.map(({ id }) => id)],
      )
      return new Set(found.map(({ id }) => id))
    })
    missing = missing.filter(({ id }) => !there.has(id))
  }
}

const compare = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0)

function asColumns(row: ScanRow, at: number) {
  return {
    ...{ at, ticket_id: row.ticketId, id: row.id, show_id: row.showId, seat_no: row.seatNo },
    ...{ generation: row.generation, move: row.move, undoes: row.undoes, gate: row.gate },
    ...{ device: row.device, nonce: row.nonce, scanned_at: row.scannedAt, received_at: row.receivedAt },
    ...{ offline: row.offline, standing: row.standing, by: row.by },
  }
}

function tell(
  judged: readonly Judged[],
  kept: readonly ScanRow[],
  policy: { reEntry: boolean },
): SyncedScan[] {
  const byTicket = Map.groupBy(kept, ({ ticketId }) => ticketId)
  const byId = new Map(kept.map((row) => [row.id, row]))
  return judged.map((one) => {
    const { nonce, move } = one.scan
    if ('refused' in one) return { nonce, outcome: one.refused, standing: null, entry: null }
    const row = byId.get(one.row.id)
    if (!row || row.ticketId !== one.row.ticketId || row.move !== move) {
      return { nonce, outcome: 'key_reused', standing: null, entry: null }
    }
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
