/** Everything this browser's guest has booked, newest first. */
import { useState } from 'react'
import { useQuery } from 'urql'
import { documentOf } from '../api/client.ts'
import { graphql } from '../generated/index.ts'
import { shortDayOf, timeOf } from '../local-time.ts'
import { bookingPath, Link } from '../router.tsx'
import { bookingWords } from './booking-words.ts'
import { Loading, Problem } from './problem.tsx'
import { TakenTickets } from './taken/taken-tickets.tsx'
import { useTitle } from './use-title.ts'

const bookingsOfViewer = documentOf(
  graphql(`
    query MyBookings($after: String) {
      viewer {
        bookings(first: 20, after: $after) {
          edges {
            node {
              id
              state
              createdAt
              total { text }
              lines { seatNo }
              show { startsAtLocal event { title } venue { name city } }
            }
          }
          pageInfo { hasNextPage endCursor }
        }
      }
    }
  `),
)

export function BookingsPage() {
  const [cursors, setCursors] = useState<(string | null)[]>([null])
  useTitle('My bookings')
  return (
    <div className="bookings-page">
      <h1>My bookings</h1>
      <TakenTickets />
      <ul className="booking-list">
        {cursors.map((after, page) => (
          <BookingsOfPage
            key={after ?? 'first'}
            after={after}
            onMore={page === cursors.length - 1 ? (cursor) => setCursors([...cursors, cursor]) : null}
          />
        ))}
      </ul>
    </div>
  )
}

function BookingsOfPage({
  after,
  onMore,
}: {
  after: string | null
  onMore: ((cursor: string) => void) | null
}) {
  const [{ data, error }, again] = useQuery({
    query: bookingsOfViewer,
    variables: { after },
    requestPolicy: 'cache-and-network',
  })
  if (error && !data) {
    const text = error.graphQLErrors[0]?.message ?? 'The shop could not be reached.'
    return (
      <li>
        <Problem title="Your bookings could not be loaded" text={text} retry={again} />
      </li>
    )
  }
  if (!data) {
    return (
      <li>
        <Loading what="your bookings" />
      </li>
    )
  }
  const { edges, pageInfo } = data.viewer.bookings
  const { endCursor } = pageInfo
  if (edges.length === 0 && after === null) {
    return (
      <li className="empty">
        <p>You have not booked anything in this browser yet.</p>
        <Link className="button" href="/">
          See what is on
        </Link>
      </li>
    )
  }
  return (
    <>
      {edges.map(({ node }) => (
        <li key={node.id}>
          <Link href={bookingPath(node.id)} className="booking-row">
            <span className="booking-what">
              <strong>{node.show.event.title}</strong>
              <small>
                {shortDayOf(node.show.startsAtLocal)}, {timeOf(node.show.startsAtLocal)} ·{' '}
                {node.show.venue.name}, {node.show.venue.city}
              </small>
            </span>
            <span>
              {node.lines.length} {node.lines.length === 1 ? 'seat' : 'seats'} · {node.total.text}
            </span>
            <span className="state-mark" data-tone={bookingWords[node.state].tone}>
              {bookingWords[node.state].name}
            </span>
          </Link>
        </li>
      ))}
      {onMore && pageInfo.hasNextPage && endCursor && (
        <li className="more">
          <button type="button" className="button" onClick={() => onMore(endCursor)}>
            Show older bookings
          </button>
        </li>
      )}
    </>
  )
}
