/** One event of the list: what it is, and when and where it can be seen next. */
import type { EventCardFragment, SaleStatus } from '../generated/graphql.ts'
import { graphql } from '../generated/index.ts'
import { dayNumberOf, hereOf, monthOf, shortDayOf, timeOf } from '../local-time.ts'
import { Link, showPath } from '../router.tsx'
import { SaleStatusMark } from './sale-status.tsx'

graphql(`
  fragment EventCard on Event {
    id
    title
    description
    organiser
    programme { composer title }
    shows(first: 20) {
      edges {
        node { id startsAt startsAtLocal saleStatus venue { name city } }
      }
    }
  }
`)

const showsMax = 4
const piecesMax = 4

export function EventCard({ event, from }: { event: EventCardFragment; from: string }) {
  const shows = event.shows.edges.map(({ node }) => node).filter(({ startsAt }) => startsAt >= from)
  const next = shows[0] ?? event.shows.edges.at(-1)?.node
  const pieces = event.programme.map(({ composer, title }) => (composer ? `${composer}: ${title}` : title))
  return (
    <li className="event-card">
      {next && (
        <div className="event-day" aria-hidden="true">
          <strong>{dayNumberOf(next.startsAtLocal)}</strong>
          <span>{monthOf(next.startsAtLocal)}</span>
        </div>
      )}
      <div className="event-about">
        <h2>{event.title}</h2>
        {event.organiser && <p className="organiser">{event.organiser}</p>}
        {event.description && <p className="description">{event.description}</p>}
        {pieces.length > 0 && (
          <p className="programme">
            {pieces.slice(0, piecesMax).join(' · ')}
            {pieces.length > piecesMax && ` · and ${pieces.length - piecesMax} more`}
          </p>
        )}
      </div>
      <ul className="show-list" aria-label={`Shows of ${event.title}`}>
        {shows.slice(0, showsMax).map((show) => (
          <ShowRow key={show.id} show={show} />
        ))}
        {shows.length > showsMax && <li className="more-shows">and {shows.length - showsMax} more dates</li>}
      </ul>
    </li>
  )
}

type Show = EventCardFragment['shows']['edges'][number]['node']

function ShowRow({ show }: { show: Show }) {
  const over = Date.parse(show.startsAt) < Date.now()
  const here = hereOf(show.startsAt, show.startsAtLocal)
  const text = (
    <>
      <time dateTime={show.startsAt}>
        {shortDayOf(show.startsAtLocal)}, <b>{timeOf(show.startsAtLocal)}</b>
      </time>
      <span className="venue">
        {show.venue.name}, {show.venue.city}
        {here && <small> · {here} your time</small>}
      </span>
      <SaleStatusMark status={show.saleStatus} over={over} />
    </>
  )
  return (
    <li>
      {isWorthOpening(show.saleStatus) ? <Link href={showPath(show.id)}>{text}</Link> : <div>{text}</div>}
    </li>
  )
}

function isWorthOpening(status: SaleStatus): boolean {
  return status === 'ON_SALE' || status === 'CLOSED'
}
