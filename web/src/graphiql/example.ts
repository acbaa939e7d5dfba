/** A show on sale with a few free seats, so that the ready tabs can be run as they are. */
export interface Example {
  showId: string
  seats: string[]
}

const standIn: Example = {
  showId: 'the id of a show, from the first tab',
  seats: ['a seat id, from SeatMap'],
}
const waitMsMax = 3_000

const query = `query Example($from: DateTime) {
  events(from: $from, first: 10) {
    edges { node { shows(first: 5) { edges { node { id startsAt saleStatus } } } } }
  }
}`

const seatsQuery = `query ExampleSeats($showId: ID!) {
  seatMap(showId: $showId) { seats(first: 2, status: AVAILABLE) { edges { node { seatId } } } }
}`

interface Edges<N> {
  edges: { node: N }[]
}

export async function findExample(): Promise<Example> {
  try {
    const from = new Date().toISOString()
    const { events } = await post<{
      events: Edges<{ shows: Edges<{ id: string; startsAt: string; saleStatus: string }> }>
    }>(query, { from })
    const shows = events.edges.flatMap(({ node }) => node.shows.edges.map((edge) => edge.node))
    const show = shows.find(({ saleStatus, startsAt }) => saleStatus === 'ON_SALE' && startsAt >= from)
    if (!show) return standIn
    const { seatMap } = await post<{ seatMap: { seats: Edges<{ seatId: string }> } | null }>(seatsQuery, {
      showId: show.id,
    })
    return { showId: show.id, seats: seatMap?.seats.edges.map(({ node }) => node.seatId) ?? standIn.seats }
  } catch {
    // GraphiQL works without an example; the tabs then say what belongs where.
    return standIn
  }
}

async function post<Data>(text: string, variables: Record<string, unknown>): Promise<Data> {
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: text, variables }),
    signal: AbortSignal.timeout(waitMsMax),
  })
  const { data } = (await response.json()) as { data: Data }
  return data
}
