/** Asks the server about one ticket. Throws NoAnswer when none came in time, SignedOut when the token is not good. */
import { askGate, SignedOut, scanTicket } from './gate-api.ts'
import { type Words, wordsOf } from './gate-words.ts'

export interface NewScan {
  nonce: string
  code: string
  move: 'in' | 'out'
  scannedAtMs: number
}

export interface Door {
  token: string
  showId: string
  gate: string
  device: string
  timeZone: string
}

export type ServerAnswer =
  | { kind: 'let'; ticketId: string; seat: string }
  | { kind: 'refused'; words: Words }
  /** The device's clock is off. */
  | { kind: 'clock'; serverTimeMs: number }
  /** The server is there and cannot tell now. */
  | { kind: 'undecided' }

const answerMsMax = 3_000

export async function askServer(door: Door, scan: NewScan): Promise<ServerAnswer> {
  const { token, showId, gate, device, timeZone } = door
  const { nonce, code, scannedAtMs } = scan
  const move = scan.move === 'in' ? ('IN' as const) : ('OUT' as const)
  const scannedAt = new Date(scannedAtMs).toISOString()
  const variables = { showId, code, gate, device, nonce, move, scannedAt }
  const told = (await askGate(token, scanTicket, variables, answerMsMax)).scanTicket
  switch (told.__typename) {
    case 'ScanTicketOk':
      return { kind: 'let', ticketId: ticketIdOf(told.scan.ticketId), seat: told.scan.label.text }
    case 'ClockWrong':
      return { kind: 'clock', serverTimeMs: Date.parse(told.serverTime) }
    case 'TryAgain':
    case 'RateLimited':
      return { kind: 'undecided' }
    case 'NotSignedIn':
    case 'NotAllowed':
      throw new SignedOut(told.message)
    default: {
      const atMs = Date.parse(timeIn(told) ?? '')
      const where = { gate: 'gate' in told ? told.gate : '', gates: 'gates' in told ? told.gates : [] }
      return {
        kind: 'refused',
        words: wordsOf({ code: told.code, message: told.message, atMs, ...where, timeZone }),
      }
    }
  }
}

function timeIn(told: object): string | undefined {
  const times = told as { scannedAt?: string; opensAt?: string; closedAt?: string }
  return times.scannedAt ?? times.opensAt ?? times.closedAt
}

/** Ids of the API hold the ticket's own id, which is what codes carry. */
function ticketIdOf(globalId: string): string {
  return atob(globalId).replace(/^Ticket:/, '')
}
