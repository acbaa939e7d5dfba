/**
 * Takes back the last scan of a ticket, because the wrong one was held up or nobody went in. It is a row of its own that
 * takes the ticket's next turn, so that of an undoing and a scan at the same moment one comes after the other.
 */
import { ScanNotFound, ScanNotUndone } from './refusals.ts'
import type { Room } from './room.ts'
import { checkDevice, undoIdOf } from './scan-input.ts'
import { nextTurn, type ScanRow, scanById, scansOf, standingScans, takeTurn } from './scan-rows.ts'

export interface UndoScan {
  scanId: string
  device: string
  by: string
  /** People of the house may undo a scan however long ago it was made. */
  anyTime: boolean
}

/** The scan that no longer counts. A repeat finds it undone. */
export async function undoScan(room: Room, request: UndoScan): Promise<ScanRow> {
  const { pool, clock, limits } = room
  checkDevice(request.device, limits)
  const scan = await scanById(pool, request.scanId)
  if (!scan || scan.move === 'undo') throw new ScanNotFound()
  const now = clock.now()
  for (let tries = 0; tries < limits.turnTriesMax; tries++) {
    const rows = await scansOf(pool, [scan.ticketId], limits.scansPerTicketMax)
    if (rows.some(({ undoes }) => undoes === scan.id)) return scan
    if (!request.anyTime && now.getTime() - scan.receivedAt.getTime() > limits.undoMsMax) {
      throw new ScanNotUndone('too_late')
    }
    if (standingScans(rows).at(-1)?.id !== scan.id) throw new ScanNotUndone('not_last')
    if (await takeTurn(pool, undoingOf(scan, nextTurn(rows), request, now))) return scan
  }
  throw new Error(`Ticket ${scan.ticketId} is scanned faster than it can be read`)
}

function undoingOf(scan: ScanRow, turn: number, { device, by }: UndoScan, now: Date): ScanRow {
  return {
    ...scan,
    ...{ turn, id: undoIdOf(scan.id), move: 'undo', undoes: scan.id },
    ...{ device, by, scannedAt: now, receivedAt: now, offline: false },
  }
}
