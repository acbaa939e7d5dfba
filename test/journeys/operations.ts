/** The operations of a purchase as a client writes them, and what they answer. */
export const lockSeats = `mutation ($showId: ID!, $seats: [String!], $lockId: ID, $key: String!) {
  lockSeats(showId: $showId, seats: $seats, lockId: $lockId, idempotencyKey: $key) {
    __typename
    ... on LockSeatsOk { lock { id expiresInMs seats { seatId price { amountMinor currency } } total { amountMinor } } }
    ... on Refusal { code message }
    ... on SeatsUnavailable { seats { seatId status } }
    ... on TryAgain { retryAfterMs }
  }
}`

export interface LockAnswer {
  lockSeats: {
    __typename: string
    lock?: { id: string; expiresInMs: number; seats: { seatId: string }[]; total: { amountMinor: number } }
    code?: string
    message?: string
    seats?: { seatId: string; status: string }[]
  }
}

export const createBooking = `mutation ($lockId: ID!, $method: String!, $key: String!) {
  createBooking(lockId: $lockId, paymentMethod: $method, idempotencyKey: $key) {
    __typename
    ... on CreateBookingOk { booking { id state failure total { amountMinor } tickets { seatId state } } }
    ... on Refusal { code message }
  }
}`

export interface BookingAnswer {
  createBooking: {
    __typename: string
    booking?: {
      id: string
      state: string
      failure: string | null
      total: { amountMinor: number }
      tickets: { seatId: string; state: string }[]
    }
    code?: string
    message?: string
  }
}

export const cancelBooking = `mutation ($bookingId: ID!) {
  cancelBooking(bookingId: $bookingId) {
    __typename
    ... on CancelBookingOk { booking { state tickets { state } refunds { state amount { amountMinor } } } }
    ... on Refusal { code message }
  }
}`

export const seatMap = `query ($showId: ID!) { seatMap(showId: $showId) { epoch seq statuses stale } }`

export interface MapAnswer {
  seatMap: { epoch: number; seq: number; statuses: string; stale: boolean }
}

/** The packed statuses as one letter a seat. */
export function lettersOf(packed: string, seatCount: number): string {
  const bytes = Buffer.from(packed, 'base64')
  return Array.from(
    { length: seatCount },
    (_, seat) => 'albn'[((bytes[seat >> 2] ?? 0) >> ((seat & 3) * 2)) & 3],
  ).join('')
}

export const watchSeats = `subscription ($showId: ID!) {
  seatStatusChanged(showId: $showId) { epoch after seq changes }
}`

export interface FrameMessage {
  seatStatusChanged: { epoch: number; after: number; seq: number; changes: string }
}

export const followBooking = `subscription ($bookingId: ID!) {
  bookingChanged(bookingId: $bookingId) {
    state
    payment { actionUrl }
    tickets { seatId state }
    refunds { state }
  }
}`

export interface FollowMessage {
  bookingChanged: {
    state: string
    payment: { actionUrl: string | null } | null
    tickets: { seatId: string; state: string }[]
    refunds: { state: string }[]
  }
}
