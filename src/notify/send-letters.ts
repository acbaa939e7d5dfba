/** The task `send_letter`: what a booking's move asked for, in the same commit (docs/notify.md). */
import type { BookingState } from '../booking/index.ts'
import type { Task } from '../platform/jobs.graphile.ts'
import type { Pool } from '../platform/postgres.ts'
import type { Sealer } from '../platform/sealed.ts'
import { readBookingFacts } from './booking-facts.ts'
import { type LetterKind, type LetterRequest, letterOf, type Shop } from './letters.ts'
import { type MailPort, MailRefused } from './mail.ts'

export interface SendLetters {
  pool: Pool
  sealer: Pick<Sealer, 'open'>
  mail: MailPort
  shop: Shop
  log: { warn(fields: object, message: string): void }
}

export function sendLetters({ pool, sealer, mail, shop, log }: SendLetters): Task {
  return async (payload) => {
    const request = payload as LetterRequest
    const { bookingId, letter } = request
    const facts = await readBookingFacts(pool, sealer, bookingId)
    // Overtaken: a confirmation that comes after the cancellation would only confuse.
    if (!facts || facts.state !== stateTold[letter]) return
    try {
      await mail.send(letterOf(request, facts, shop))
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
