/** What a buyer takes along, as files: the tickets of a booking as a PDF, and its calendar entry. For its buyer alone. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { BookingFacts } from '../booking/index.ts'
import { type GraphqlDeps, readBookingId } from '../graphql/index.ts'
import { isOwner, type Viewer } from '../identity/index.ts'
import type { Paper } from '../ticket/index.ts'
import { callerOf } from './caller.ts'
import { beforeDeadline } from './deadline.ts'
import { sendError } from './error-answers.ts'

export interface BookingPapersDeps {
  paper: Pick<Paper, 'factsOf' | 'ticketsOf' | 'calendarOf'>
  rateLimiter: GraphqlDeps['rateLimiter']
  authenticate(authorization: string | undefined): Promise<Viewer>
  requestDeadlineMs: number
}

interface Printed {
  bytes: Uint8Array
  contentType: string
  filename: string
}

/** The same for what there is not and what is another's. */
const noSuchBooking = {
  status: 404,
  code: 'BOOKING_NOT_FOUND',
  message: 'You have no such booking.',
}
const noTickets = {
  status: 409,
  code: 'NO_TICKETS',
  message: 'This booking has no tickets to print: it is not paid, it was given back, or its show is over.',
}
const notSignedIn = { status: 401, code: 'NOT_SIGNED_IN', message: 'Send the token that you booked with.' }

export function serveBookingPapers(app: FastifyInstance, deps: BookingPapersDeps): void {
  const { paper } = deps

  servePaper('tickets.pdf', async (facts) => {
    const bytes = await paper.ticketsOf(facts)
    return bytes && { bytes, contentType: 'application/pdf', filename: 'tickets.pdf' }
  })
  servePaper('calendar.ics', async (facts) => {
    const isOver = facts.state !== 'CONFIRMED' && facts.state !== 'CANCELLED'
    if (isOver) return null
    const { method, text } = paper.calendarOf(facts)
    const contentType = `text/calendar; charset=utf-8; method=${method}`
    return { bytes: Buffer.from(text), contentType, filename: 'calendar.ics' }
  })

  function servePaper(name: string, print: (facts: BookingFacts) => Promise<Printed | null>): void {
    app.get<{ Params: { bookingId: string } }>(`/v1/bookings/:bookingId/${name}`, async (request, reply) => {
      const viewer = await callerOf(request, reply, deps)
      if (!viewer) return reply
      if (viewer.buyerId === null) return sendError(request, reply, notSignedIn)
      const refused = await deps.rateLimiter.consume('booking', viewer.buyerId)
      if (refused) {
        const message = 'Too often. Wait a moment, and download it again.'
        return sendError(request, reply, { status: 429, code: 'RATE_LIMITED', message, ...refused })
      }
      const facts = await factsFor(request, viewer)
      if (!facts) return sendError(request, reply, noSuchBooking)
      const printed = await beforeDeadline(print(facts), deps.requestDeadlineMs)
      if (!printed) return sendError(request, reply, noTickets)
      return reply
        .type(printed.contentType)
        .header('cache-control', 'no-store')
        .header('content-disposition', `attachment; filename="${printed.filename}"`)
        .send(Buffer.from(printed.bytes.buffer, printed.bytes.byteOffset, printed.bytes.byteLength))
    })
  }

  async function factsFor(request: FastifyRequest, viewer: Viewer): Promise<BookingFacts | null> {
    const { bookingId } = request.params as { bookingId: string }
    const facts = await beforeDeadline(paper.factsOf(readBookingId(bookingId)), deps.requestDeadlineMs)
    return facts && isOwner(viewer, facts.buyerId) ? facts : null
  }
}
