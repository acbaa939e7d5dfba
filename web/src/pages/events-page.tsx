/** All events with their next shows, found by words, day and venue. The search stands in the address. */
import { useState } from 'react'
import { useQuery } from 'urql'
import { documentOf } from '../api/client.ts'
import { graphql } from '../generated/index.ts'
import { replacePath, useQueryText } from '../router.tsx'
import { EventCard } from './event-card.tsx'
import { Loading, Problem } from './problem.tsx'
import { type Search, SearchForm } from './search-form.tsx'
import { useTitle } from './use-title.ts'

const browseEvents = documentOf(
  graphql(`
    query BrowseEvents($search: String, $from: DateTime, $venueId: ID, $after: String) {
      events(search: $search, from: $from, venueId: $venueId, first: 12, after: $after) {
        edges { node { ...EventCard } }
        pageInfo { hasNextPage endCursor }
      }
    }
  `),
)

const dayMs = 86_400_000

export function EventsPage() {
  const params = new URLSearchParams(useQueryText())
  const search: Search = {
    text: params.get('q') ?? '',
    from: params.get('from') ?? '',
    venue: params.get('venue') ?? '',
  }
  const [cursors, setCursors] = useState<(string | null)[]>([null])
  const [startOfVisit] = useState(() => new Date().toISOString())
  useTitle('Events')

  const change = (next: Search) => {
    const query = new URLSearchParams()
    if (next.text) query.set('q', next.text)
    if (next.from) query.set('from', next.from)
    if (next.venue) query.set('venue', next.venue)
    setCursors([null])
    replacePath(query.size > 0 ? `/?${query}` : '/')
  }
  const from = search.from ? dayStart(search.from) : startOfVisit

  return (
    <div className="events-page">
      <h1>What is on</h1>
      <SearchForm search={search} onChange={change} />
      <ul className="event-list">
        {cursors.map((after, page) => (
          <EventsOfPage
            key={after ?? 'first'}
            search={search}
            from={from}
            after={after}
            onMore={page === cursors.length - 1 ? (cursor) => setCursors([...cursors, cursor]) : null}
          />
        ))}
      </ul>
    </div>
  )
}

interface EventsOfPageProps {
  search: Search
  from: string
  after: string | null
  onMore: ((cursor: string) => void) | null
}

function EventsOfPage({ search, from, after, onMore }: EventsOfPageProps) {
  const [{ data, fetching, error }, again] = useQuery({
    query: browseEvents,
    variables: { search: search.text || null, from, venueId: search.venue || null, after },
    requestPolicy: 'cache-and-network',
  })
  if (error && !data) {
    return (
      <li>
        <Problem
          title="The events could not be loaded"
          text={error.graphQLErrors[0]?.message ?? 'The shop could not be reached.'}
          retry={again}
        />
      </li>
    )
  }
  if (!data) return <li>{fetching && <Loading what="events" />}</li>
  const { edges, pageInfo } = data.events
  if (edges.length === 0 && after === null) {
    return (
      <li className="empty">
        <p>
          {search.text
            ? `Nothing found for “${search.text}” from this day on.`
            : 'No shows from this day on.'}
        </p>
      </li>
    )
  }
  const { endCursor } = pageInfo
  return (
    <>
      {edges.map(({ node }) => (
        <EventCard key={node.id} event={node} from={from} />
      ))}
      {onMore && pageInfo.hasNextPage && endCursor && (
        <li className="more">
          <button type="button" className="button" onClick={() => onMore(endCursor)}>
            Show more events
          </button>
        </li>
      )}
    </>
  )
}

/** Midnight where the viewer is; a day's difference to the venue's midnight does not matter for browsing. */
function dayStart(day: string): string {
  const date = new Date(`${day}T00:00:00`)
  return (Number.isNaN(date.getTime()) ? new Date(Date.now() - dayMs) : date).toISOString()
}
