/** What the person at the gate is told: one or two words to be read from afar, and a sentence. */
export type Tone = 'let' | 'stop' | 'twice' | 'wait'

export interface Words {
  tone: Tone
  title: string
  detail: string
}

interface Told {
  code: string
  message?: string
  seat?: string
  gate?: string
  gates?: readonly string[]
  atMs?: number
  timeZone: string
}

export function wordsOf(told: Told): Words {
  const { code, message = '', seat = '', gate = '', gates = [] } = told
  switch (code) {
    case 'LET':
      return { tone: 'let', title: 'Come in', detail: seat }
    case 'LET_OUT':
      return { tone: 'let', title: 'Out', detail: `${seat}. May come in again.` }
    case 'ALREADY_USED':
      return { tone: 'twice', title: 'Already used', detail: join(seat, `In since ${at(told)} by ${gate}`) }
    case 'VOID_TICKET':
      return stop('Void', 'Its booking was cancelled.')
    case 'REPLACED_CODE':
      return stop('Old code', 'A newer code of this ticket is in the booking.')
    case 'REVOKED_KEY':
      return stop('Old code', 'A new code of this ticket is in the booking.')
    case 'FORGED_TICKET':
      return stop('Forged', 'This ticket was not made by us.')
    case 'UNKNOWN_KEY':
      return stop('Not ours', 'This ticket is of another house, or forged.')
    case 'NO_TICKET_CODE':
      return stop('No ticket', 'This is not a ticket code.')
    case 'WRONG_SHOW':
      return stop('Other show', message || 'This ticket is for another show.')
    case 'WRONG_GATE':
      return stop('Other gate', gates.length > 0 ? `Enters by ${gates.join(' or ')}.` : message)
    case 'GATE_NOT_LISTED':
      return stop('No such gate', `The gates of this show are ${gates.join(', ')}.`)
    case 'TOO_EARLY':
      return { tone: 'wait', title: 'Too early', detail: `The gates open at ${at(told)}.` }
    case 'SHOW_OVER':
      return stop('Over', `The gates closed at ${at(told)}.`)
    case 'SHOW_IS_CANCELLED':
      return stop('Cancelled', 'This show does not take place.')
    case 'NO_RE_ENTRY':
      return stop('No re-entry', 'Nobody is scanned out of this show.')
    case 'NOT_INSIDE':
      return stop('Not inside', 'Nobody is in with this ticket.')
    case 'UNKNOWN_TICKET':
      return stop('Unknown', 'The ticket is genuine but not known here. Ask the organiser.')
    case 'CANNOT_TELL':
      return { tone: 'wait', title: 'Cannot tell', detail: message }
    default:
      return stop('Not let in', message || code)
  }
}

const stop = (title: string, detail: string): Words => ({ tone: 'stop', title, detail })
const join = (...parts: string[]) => parts.filter(Boolean).join('. ')

function at({ atMs = Number.NaN, timeZone }: Told): string {
  if (Number.isNaN(atMs)) return 'an earlier time'
  const time = { hour: '2-digit', minute: '2-digit', second: '2-digit', timeZone } as const
  return new Intl.DateTimeFormat('en-GB', time).format(atMs)
}
