/** The tabs a new visitor finds: a purchase from the first look to the booking, in the order it is made. */
import { newActionKey } from '../api/action-key.ts'
import type { Example } from './example.ts'

interface ReadyTab {
  query: string
  variables: string
  headers: string
}

export function readyTabs({ showId, seats }: Example): ReadyTab[] {
  return [
    tab(browseEvents, { search: null, from: new Date().toISOString() }),
    tab(seatMap, { showId }),
    tab(startGuestSession, {}),
    tab(lockSeats, { showId, seats, key: newActionKey() }),
    tab(createBooking, {
      lockId: 'lock.id from LockSeats',
      paymentMethod: 'tok_ok',
      email: 'you@example.org',
      key: newActionKey(),
    }),
    tab(followBooking, { bookingId: 'booking.id from CreateBooking' }),
    tab(cancelBooking, { bookingId: 'booking.id from CreateBooking', seats: null }),
    tab(watchSeats, { showId }),
    tab(myBookings, {}),
  ]
}

function tab(query: string, variables: Record<string, unknown>): ReadyTab {
  return { query, variables: JSON.stringify(variables, null, 2), headers: '' }
}

const browseEvents = `# What is on, soonest first. Run with Ctrl-Enter.
query BrowseEvents($search: String, $from: DateTime) {
  events(search: $search, from: $from, first: 10) {
    edges {
      node {
        id
        title
        shows(first: 5) {
          edges {
            node { id startsAtLocal saleStatus venue { name city timeZone } }
          }
        }
      }
    }
    pageInfo { hasNextPage endCursor }
  }
}
`

const seatMap = `# A show's map: the plan, the packed statuses, and the first free seats as objects.
query SeatMap($showId: ID!) {
  seatMap(showId: $showId) {
    plan { name version seatCount url }
    epoch
    seq
    stale
    statuses
    areas { key name free capacity price { text } }
    seats(first: 20, status: AVAILABLE) {
      edges {
        node { seatNo seatId zone row number category { name } price { text } traits }
      }
    }
  }
}
`

const startGuestSession = `# Begins a guest session. This page remembers the token and sends it with what
# you run next, unless the header editor says {"authorization": "Bearer …"}.
mutation StartGuestSession {
  startGuestSession {
    ... on StartGuestSessionOk { token expiresAt }
    ... on Refusal { code message }
  }
}
`

const lockSeats = `# Keeps seats for you: all of them or none. Needs a guest session.
mutation LockSeats($showId: ID!, $seats: [String!], $key: String!) {
  lockSeats(showId: $showId, seats: $seats, idempotencyKey: $key) {
    ... on LockSeatsOk {
      lock {
        id
        expiresInMs
        total { text }
        seats { seatId zone row number price { text } }
      }
    }
    ... on Refusal { code message }
    ... on SeatsUnavailable { seats { seatId status } areas { key free } }
    ... on TryAgain { retryAfterMs }
  }
}
`

const createBooking = `# Pays for a lock. Other sandbox tokens: tok_declined, tok_requires_action, tok_late …
# The letter with the tickets is at /dev/mail.
mutation CreateBooking($lockId: ID!, $paymentMethod: String!, $email: String, $key: String!) {
  createBooking(lockId: $lockId, paymentMethod: $paymentMethod, email: $email, idempotencyKey: $key) {
    ... on CreateBookingOk {
      booking {
        id
        state
        failure
        total { text }
        payment { state actionUrl }
        tickets { id seatId state }
      }
    }
    ... on Refusal { code message }
    ... on TryAgain { retryAfterMs }
  }
}
`

const followBooking = `# A booking of yours, now and whenever it changes. Pay with tok_requires_action and watch.
subscription FollowBooking($bookingId: ID!) {
  bookingChanged(bookingId: $bookingId) {
    id
    state
    waitsUntil
    refunds { state amount { text } }
  }
}
`

const cancelBooking = `# Gives a booking back, or some of its seats by their ids.
mutation CancelBooking($bookingId: ID!, $seats: [String!]) {
  cancelBooking(bookingId: $bookingId, seats: $seats) {
    ... on CancelBookingOk {
      booking {
        state
        tickets { seatId state }
        refunds { state amount { text } }
      }
    }
    ... on Refusal { code message }
    ... on TryAgain { retryAfterMs }
  }
}
`

const watchSeats = `# Every change of a show's seats, live. Lock seats in another tab and watch.
subscription WatchSeats($showId: ID!) {
  seatStatusChanged(showId: $showId) {
    epoch
    after
    seq
    changes
    seats { seatNo status }
  }
}
`

const myBookings = `# What the guest session has booked.
query MyBookings {
  viewer {
    kind
    bookings(first: 10) {
      edges {
        node {
          id
          state
          createdAt
          total { text }
          show { startsAtLocal event { title } }
          lines { seatId price { text } }
        }
      }
    }
  }
}
`
