/** Tickets that others passed on to this browser's guest. Nothing, where there are none. */
import { useQuery } from 'urql'
import { documentOf } from '../../api/client.ts'
import { shortDayOf, timeOf } from '../../local-time.ts'
import { PassOn } from '../booking/pass-on.tsx'
import { TicketCode } from '../booking/ticket-code.tsx'
import { takenTickets } from './taken-documents.ts'

const query = documentOf(takenTickets)

export function TakenTickets() {
  const [{ data }, again] = useQuery({ query, requestPolicy: 'cache-and-network' })
  const tickets = data?.viewer.takenTickets ?? []
  if (tickets.length === 0) return null
  return (
    <section className="taken-tickets">
      <h2>Passed on to you</h2>
      <ul className="ticket-list">
        {tickets.map((ticket) => (
          <li key={ticket.id} data-ticket={ticket.state}>
            <strong>{ticket.show.event.title}</strong>
            <span>
              {shortDayOf(ticket.show.startsAtLocal)}, {timeOf(ticket.show.startsAtLocal)} ·{' '}
              {ticket.show.venue.name}, {ticket.show.venue.city}
            </span>
            <span>{ticket.label.text}</span>
            {ticket.state === 'VOID' && <span>void</span>}
            {ticket.code && ticket.qrSvg && <TicketCode code={ticket.code} svg={ticket.qrSvg} />}
            {ticket.code && (
              <PassOn
                ticketId={ticket.id}
                seat={ticket.label.text}
                isOffered={ticket.isOffered}
                onChange={() => again({ requestPolicy: 'network-only' })}
              />
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}
