/** A booking told: where it stands, what can be done, its seats, tickets, refunds and history. */
import type { BookingDetailsFragment, RefundState } from '../../generated/graphql.ts'
import { dayOf, instantOf, timeOf } from '../../local-time.ts'
import { Link, showPath } from '../../router.tsx'
import { bookingWords } from '../booking-words.ts'
import { CancelBooking } from './cancel-booking.tsx'
import { PassOn } from './pass-on.tsx'
import { TakeAlong } from './take-along.tsx'
import { TicketCode } from './ticket-code.tsx'

interface BookingAboutProps {
  booking: BookingDetailsFragment
  /** The last look failed; what is shown may be old. */
  problem: string | null
  onChange: () => void
}

const refundNames: Record<RefundState, string> = {
  OWED: 'on its way back',
  SUCCEEDED: 'paid back',
  NEEDS_OPERATOR: 'being seen to by a person',
  WITHDRAWN: 'not needed: you have your seats',
}

export function BookingAbout({ booking, problem, onChange }: BookingAboutProps) {
  const words = bookingWords[booking.state]
  const { show } = booking
  const actionUrl = booking.state === 'REQUIRES_ACTION' ? booking.payment?.actionUrl : null
  return (
    <article className="booking">
      <header>
        <h1>{show.event.title}</h1>
        <p>
          {dayOf(show.startsAtLocal)}, <b>{timeOf(show.startsAtLocal)}</b> · {show.venue.name},{' '}
          {show.venue.city}
        </p>
      </header>
      <div className="booking-state" data-tone={words.tone} data-state={booking.state} role="status">
        <h2>
          {words.tone === 'waiting' && <span className="spinner" aria-hidden="true" />}
          {words.name}
        </h2>
        <p>{booking.failure ?? words.meaning}</p>
        {actionUrl && (
          <a className="button primary" href={actionUrl} target="_blank" rel="noreferrer">
            Confirm with your bank
          </a>
        )}
        {problem && <p className="booking-problem">Could not look just now: {problem} Trying again.</p>}
      </div>
      <Seats booking={booking} onChange={onChange} />
      {booking.tickets.some(({ code }) => code !== null) && <TakeAlong bookingId={booking.id} />}
      {booking.refunds.length > 0 && (
        <section>
          <h2>Refunds</h2>
          <ul className="facts">
            {booking.refunds.map((refund, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: refunds are only ever appended.
              <li key={i}>
                {refund.amount.text}, {refundNames[refund.state]}
              </li>
            ))}
          </ul>
        </section>
      )}
      <History booking={booking} />
      <footer className="booking-actions">
        {booking.state === 'FAILED' && (
          <Link className="button primary" href={showPath(show.id)}>
            Choose seats again
          </Link>
        )}
        {booking.state !== 'FAILED' && booking.state !== 'CANCELLED' && (
          <CancelBooking booking={booking} onCancelled={onChange} />
        )}
        <Link className="quiet" href="/bookings">
          My bookings
        </Link>
      </footer>
    </article>
  )
}

function Seats({ booking, onChange }: { booking: BookingDetailsFragment; onChange: () => void }) {
  const ticketOf = new Map(booking.tickets.map((ticket) => [ticket.seatNo, ticket]))
  return (
    <section>
      <h2>{booking.tickets.length > 0 ? 'Tickets' : 'Seats'}</h2>
      <ul className="ticket-list">
        {booking.lines.map((line) => {
          const ticket = ticketOf.get(line.seatNo)
          return (
            <li key={line.seatNo} data-ticket={ticket?.state}>
              <strong>{line.label.text}</strong>
              <span>{line.total.text}</span>
              {ticket?.state === 'VOID' && <span>void</span>}
              {ticket?.state === 'VALID' && !ticket.isYours && <span>passed on</span>}
              {ticket?.code && ticket.qrSvg && <TicketCode code={ticket.code} svg={ticket.qrSvg} />}
              {ticket?.code && (
                <PassOn
                  ticketId={ticket.id}
                  seat={line.label.text}
                  isOffered={ticket.isOffered}
                  onChange={onChange}
                />
              )}
            </li>
          )
        })}
      </ul>
      <p className="basket-total">
        <span>Total</span> <strong>{booking.total.text}</strong>
      </p>
    </section>
  )
}

function History({ booking }: { booking: BookingDetailsFragment }) {
  return (
    <details className="history">
      <summary>What happened so far</summary>
      <ol>
        {booking.history.map((change) => (
          <li key={`${change.at} ${change.to}`}>
            <time dateTime={change.at}>{instantOf(change.at)}</time> {bookingWords[change.to].name}
            <small>{change.reason}</small>
          </li>
        ))}
      </ol>
    </details>
  )
}
