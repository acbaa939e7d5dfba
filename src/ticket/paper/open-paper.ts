/** What a buyer takes along: the tickets of a booking as a PDF, and its calendar entry. */
import { type BookingFacts, readBookingFacts } from '../../booking/index.ts'
import { type Catalog, sayLocalTime } from '../../catalog/index.ts'
import type { Clock } from '../../platform/clock.ts'
import { printAmount } from '../../platform/currency.ts'
import type { Pool } from '../../platform/postgres.ts'
import type { Ticketing } from '../open-ticketing.ts'
import { type CalendarEntry, calendarEntry } from './calendar-entry.ts'
import { openPaperThread } from './paper-thread.ts'

export interface PaperOptions {
  pool: Pool
  catalog: Pick<Catalog, 'findPlans'>
  ticketing: Pick<Ticketing, 'codesOf'>
  clock: Clock
  /** Where the web page is: https://tickets.example */
  shopUrl: string
}

export interface Paper {
  /** Null: there is no such booking. */
  factsOf(bookingId: string): Promise<BookingFacts | null>
  /** A page for each ticket that the buyer still has and that lets somebody in; null when there is none. */
  ticketsOf(facts: BookingFacts): Promise<Uint8Array | null>
  calendarOf(facts: BookingFacts): CalendarEntry
  /** The page of a booking, for letters. */
  linkTo(bookingId: string): string
  close(): Promise<void>
}

export function openPaper({ pool, catalog, ticketing, clock, shopUrl }: PaperOptions): Paper {
  const thread = openPaperThread()
  const host = new URL(shopUrl).hostname
  // The id as the API prints it, which the web page has in its addresses.
  const linkTo = (bookingId: string) => {
    const printed = Buffer.from(`Booking:${bookingId}`).toString('base64')
    return `${shopUrl}/bookings/${encodeURIComponent(printed)}`
  }
  return {
    factsOf: (bookingId) => readBookingFacts({ pool, catalog }, bookingId),

    async ticketsOf(facts) {
      const ticketOfSeat = await ticketsOfBuyer(pool, facts.bookingId)
      const codes = await ticketing.codesOf([...ticketOfSeat.values()])
      const tickets = facts.seats.flatMap(({ seatNo, label, amountMinor }) => {
        const code = codes.get(ticketOfSeat.get(seatNo) ?? '')
        return code
          ? [{ code, seat: label, price: printAmount({ amountMinor, currency: facts.currency }) }]
          : []
      })
      if (tickets.length === 0) return null
      const show = {
        event: facts.event,
        when: sayLocalTime(facts.startsAt, facts.timeZone),
        where: `${facts.venue}, ${facts.city}`,
        reference: `Booking ${facts.bookingId.slice(0, 8).toUpperCase()}`,
      }
      return await thread.set({ show, tickets })
    },

    calendarOf: (facts) => calendarEntry(facts, { host, link: linkTo(facts.bookingId), now: clock.now() }),
    linkTo,
    close: () => thread.close(),
  }
}

/** What was passed on is its taker's to print. */
async function ticketsOfBuyer(pool: Pool, bookingId: string): Promise<Map<number, string>> {
  const { rows } = await pool.query<{ id: string; seatNo: number }>(
    `SELECT id, seat_no AS "seatNo" FROM ticket WHERE booking_id = $1 AND state = 'valid'
        AND holder_id IS NULL`,
    [bookingId],
  )
  return new Map(rows.map(({ id, seatNo }) => [seatNo, id]))
}
