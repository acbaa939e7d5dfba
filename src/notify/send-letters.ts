/** The task `send_letter`: what a booking's move asked for, in the same commit (docs/notify.md). */
import { type BookingFacts, type BookingState, emailContext } from '../booking/index.ts'
import type { Task } from '../platform/jobs.graphile.ts'
import type { Sealer } from '../platform/sealed.ts'
import { type Paper, PaperFailed } from '../ticket/index.ts'
import { type LetterKind, type LetterRequest, letterOf } from './letters.ts'
import { type Attachment, type MailPort, MailRefused } from './mail.ts'

export interface SendLetters {
  paper: Pick<Paper, 'factsOf' | 'ticketsOf' | 'calendarOf' | 'linkTo'>
  sealer: Pick<Sealer, 'open'>
  mail: MailPort
  log: {
    warn(fields: object, message: string): void
    error(fields: object, message: string): void
  }
}

export function sendLetters(room: SendLetters): Task {
  const { paper, sealer, mail, log } = room
  return async (payload) => {
    const request = payload as LetterRequest
    const { bookingId, letter } = request
    const facts = await paper.factsOf(bookingId)
    // Overtaken: a confirmation that comes after the cancellation would only confuse.
    if (!facts?.sealedEmail || facts.state !== stateTold[letter]) return
    const to = sealer.open(facts.sealedEmail, emailContext(bookingId))
    const tickets = facts.state === 'CONFIRMED' ? await ticketsOrNone(room, facts) : []
    const envelope = { to, link: paper.linkTo(bookingId), hasTickets: tickets.length > 0 }
    const attachments = [...tickets, ...(letter === 'failed' ? [] : [calendar(paper, facts)])]
    try {
      await mail.send({ ...letterOf(request, facts, envelope), attachments })
    } catch (error) {
      if (!(error instanceof MailRefused)) throw error
      log.warn({ bookingId, letter, error }, 'A letter is refused for good; the buyer has the web page')
    }
  }
}

const stateTold: Record<LetterKind, BookingState> = {
  confirmed: 'CONFIRMED',
  changed: 'CONFIRMED',
  cancelled: 'CANCELLED',
  failed: 'FAILED',
}

/** What cannot be printed does not keep the letter back: its link leads to the tickets. */
async function ticketsOrNone({ paper, log }: SendLetters, facts: BookingFacts): Promise<Attachment[]> {
  try {
    const content = await paper.ticketsOf(facts)
    return content ? [{ filename: 'tickets.pdf', contentType: 'application/pdf', content }] : []
  } catch (error) {
    if (!(error instanceof PaperFailed)) throw error
    log.error({ bookingId: facts.bookingId, error }, 'Tickets cannot be printed; the letter goes without')
    return []
  }
}

function calendar(paper: Pick<Paper, 'calendarOf'>, facts: BookingFacts): Attachment {
  const { method, text } = paper.calendarOf(facts)
  const contentType = `text/calendar; charset=utf-8; method=${method}`
  return { filename: 'calendar.ics', contentType, content: Buffer.from(text) }
}
