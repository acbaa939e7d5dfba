/**
 * Lets the holder of a ticket in, or out. The first scan wins: whoever is let in takes the ticket's next turn, a row whose
 * primary key two gates cannot both write. The one that could not reads what the other wrote, and is refused with it.
 * Repeating a scan with its nonce finds the row it wrote.
 */
import { KeyReused } from '../seating/index.ts'
import type { CodeStanding, TicketPayload, Verification } from '../ticket/index.ts'
import { followScans } from './follow-scans.ts'
import { readShow, type ShowAtGate } from './gate-policy.ts'
import { gatesOfZone, zoneIn } from './gates-of-zone.ts'
import {
  AlreadyUsed,
  ClockWrong,
  ForgedTicket,
  GateNotListed,
  GateShowNotFound,
  NoReEntry,
  NoTicketCode,
  NotInside,
  ReplacedCode,
  RevokedKey,
  ShowIsCancelled,
  ShowOver,
  TooEarly,
  UnknownKey,
  UnknownTicket,
  VoidTicket,
  WrongGate,
  WrongShow,
} from './refusals.ts'
import type { Room } from './room.ts'
import { checkDevice, checkGate, checkNonce, type ScanNames, scanIdOf } from './scan-input.ts'
import { nextTurn, type ScanRow, scansOf, standingScans, takeTurn } from './scan-rows.ts'

export interface ScanTicket extends ScanNames {
  showId: number
  code: string
  move: 'in' | 'out'
  /** When it was scanned, by the device's clock; left out: now. */
  scannedAt: Date | null
  /** The account that scans. */
  by: string
}

export async function scanTicket(room: Room, request: ScanTicket): Promise<ScanRow> {
  const { pool, limits, clock, ticketing } = room
  const now = clock.now()
  checkNames(room, request, now)
  const payload = genuine(await ticketing.verify(request.code))
  const [show, standing] = await Promise.all([
    readShow(pool, limits, request.showId),
    ticketing.standingOf(payload),
  ])
  if (!show) throw new GateShowNotFound()
  const id = scanIdOf(request.showId, request.device, request.nonce)
  for (let tries = 0; tries < limits.turnTriesMax; tries++) {
    const rows = await scansOf(pool, [payload.ticketId], limits.scansPerTicketMax)
    const repeated = rows.find((row) => row.id === id)
    if (repeated) return sameScan(repeated, request, rows)
    if (payload.showId !== show.id) throw new WrongShow(await readShow(pool, limits, payload.showId))
    await refuseAtDoor(room, show, standing, payload, request, now)
    refuseAsUsed(rows, show, request.move)
    const scan: ScanRow = {
      ...payload,
      ...{ id, turn: nextTurn(rows), move: request.move, undoes: null },
      ...{ gate: request.gate, device: request.device, nonce: request.nonce, by: request.by },
      ...{ scannedAt: request.scannedAt ?? now, receivedAt: now, offline: false, standing },
    }
    if (await takeTurn(pool, scan)) return scan
    await refuseOtherTicket(room, id, payload.ticketId)
  }
  throw new Error(`Ticket ${payload.ticketId} is scanned faster than it can be read`)
}

function checkNames({ limits }: Room, request: ScanTicket, now: Date): void {
  checkGate(request.gate, limits)
  checkDevice(request.device, limits)
  checkNonce(request.nonce, limits)
  const offMs = request.scannedAt ? Math.abs(request.scannedAt.getTime() - now.getTime()) : 0
  if (!(offMs <= limits.clockOffMsMax)) throw new ClockWrong(now)
}

function genuine(verification: Verification): TicketPayload {
  switch (verification.outcome) {
    case 'valid':
      return verification.payload
    case 'forged':
      throw new ForgedTicket()
    case 'unknown_key':
      throw new UnknownKey(verification.keyId)
    case 'revoked_key':
      throw new RevokedKey(verification.keyId)
    case 'malformed':
    case 'wrong_version':
      throw new NoTicketCode()
  }
}

function sameScan(scan: ScanRow, { move }: ScanTicket, rows: readonly ScanRow[]): ScanRow {
  // One that was undone lets nobody in when its answer is asked for again.
  if (scan.move !== move || rows.some(({ undoes }) => undoes === scan.id)) throw new KeyReused()
  return scan
}

async function refuseAtDoor(
  room: Room,
  show: ShowAtGate,
  standing: CodeStanding,
  payload: TicketPayload,
  { gate, move }: ScanTicket,
  now: Date,
): Promise<void> {
  if (show.isCancelled) throw new ShowIsCancelled()
  if (standing === 'void') throw new VoidTicket()
  if (standing === 'replaced') throw new ReplacedCode()
  if (standing === 'unknown') throw new UnknownTicket()
  if (now < show.opensAt) throw new TooEarly(show.opensAt)
  if (now > show.closesAt) throw new ShowOver(show.closesAt)
  if (move === 'out' && !show.policy.reEntry) throw new NoReEntry()
  const { gates } = show.policy
  if (gates.length === 0) return
  if (!gates.some(({ name }) => name === gate)) throw new GateNotListed(gates.map(({ name }) => name))
  const open = gatesOfZone(gates, await zoneOf(room, show, payload.seatNo))
  if (move === 'in' && !open.includes(gate)) throw new WrongGate(open)
}

async function zoneOf({ catalog }: Room, { planVersionId }: ShowAtGate, seatNo: number) {
  const [plan] = planVersionId === null ? [] : await catalog.findPlans([planVersionId])
  return plan ? zoneIn(plan, seatNo) : null
}

function refuseAsUsed(rows: readonly ScanRow[], { policy }: ShowAtGate, move: 'in' | 'out'): void {
  const { entry, isInside } = followScans(standingScans(rows), policy)
  if (move === 'out' && !isInside) throw new NotInside()
  if (move === 'in' && entry && (isInside || !policy.reEntry)) throw new AlreadyUsed(entry)
}

/** The nonce may be of a scan of another ticket, which this ticket's rows do not show. */
async function refuseOtherTicket({ pool }: Room, id: string, ticketId: string): Promise<void> {
  const { rows } = await pool.query<{ ticketId: string }>(
    'SELECT ticket_id AS "ticketId" FROM gate_scan WHERE id = $1',
    [id],
  )
  if (rows[0] && rows[0].ticketId !== ticketId) throw new KeyReused()
}
