/** One show: when and where, the live map, the viewer's seats, and paying. */
import { useQuery } from 'urql'
import { documentOf } from '../api/client.ts'
import { dayOf, hereOf, timeOf } from '../local-time.ts'
import { Loading, Problem } from './problem.tsx'
import { SaleStatusMark } from './sale-status.tsx'
import { SeatChoice } from './show/seat-choice.tsx'
import { type ShowForPage, showForSale } from './show/show-documents.ts'
import { useTitle } from './use-title.ts'

const document = documentOf(showForSale)
const toEvents = { href: '/', text: 'See all events' }

export function ShowPage({ showId }: { showId: string }) {
  const [{ data, error }, again] = useQuery({
    query: document,
    variables: { id: showId },
    requestPolicy: 'cache-and-network',
  })
  useTitle(data?.show?.event.title)
  if (error && !data) {
    const text = error.graphQLErrors[0]?.message ?? 'The shop could not be reached.'
    return <Problem title="The show could not be loaded" text={text} retry={again} link={toEvents} />
  }
  if (!data) return <Loading what="the show" />
  const { show } = data
  if (!show)
    return <Problem title="No such show" text="It may have been taken off the programme." link={toEvents} />
  return (
    <div className="show-page">
      <ShowHead show={show} />
      {show.seatMap ? (
        <SeatChoice show={show} planUrl={show.seatMap.plan.url} />
      ) : (
        <Problem
          title="Not sold here"
          text="This show is listed, but its seats are not sold here."
          link={toEvents}
        />
      )}
    </div>
  )
}

function ShowHead({ show }: { show: ShowForPage }) {
  const here = hereOf(show.startsAt, show.startsAtLocal)
  return (
    <header className="show-head">
      <div>
        <h1>{show.event.title}</h1>
        <p>
          <time dateTime={show.startsAt}>
            {dayOf(show.startsAtLocal)}, <b>{timeOf(show.startsAtLocal)}</b>
          </time>{' '}
          · {show.venue.name}, {show.venue.city}
          {here && <small> ({here} your time)</small>}
        </p>
      </div>
      <SaleStatusMark status={show.saleStatus} over={Date.parse(show.startsAt) < Date.now()} />
    </header>
  )
}
