/** The operations behind the basket. One fragment says what a lock is to this page. */
import { graphql } from '../generated/index.ts'

graphql(`
  fragment LockFields on SeatLock {
    id
    state
    expiresInMs
    extended
    total { text }
    seats {
      seatNo seatId area zone row number
      category { key name color }
      price { text }
    }
  }
`)

export const lockSeats = graphql(`
  mutation LockSeats($showId: ID!, $seats: [String!], $areas: [AreaPlacesInput!], $lockId: ID, $key: String!) {
    lockSeats(showId: $showId, seats: $seats, areas: $areas, lockId: $lockId, idempotencyKey: $key) {
      __typename
      ... on LockSeatsOk { lock { ...LockFields } }
      ... on Refusal { message code }
      ... on SeatsUnavailable { seats { seatNo } }
      ... on RateLimited { retryAfterMs }
      ... on TryAgain { retryAfterMs }
    }
  }
`)

export const releaseLock = graphql(`
  mutation ReleaseLock($lockId: ID!, $seats: [String!]) {
    releaseLock(lockId: $lockId, seats: $seats) {
      __typename
      ... on ReleaseLockOk { lock { ...LockFields } }
      ... on Refusal { message code }
      ... on RateLimited { retryAfterMs }
      ... on TryAgain { retryAfterMs }
    }
  }
`)

export const extendLock = graphql(`
  mutation ExtendLock($lockId: ID!, $key: String!) {
    extendLock(lockId: $lockId, idempotencyKey: $key) {
      __typename
      ... on ExtendLockOk { lock { ...LockFields } }
      ... on Refusal { message code }
      ... on RateLimited { retryAfterMs }
      ... on TryAgain { retryAfterMs }
    }
  }
`)

export const myLocks = graphql(`
  query MyLocks($showId: ID!) {
    viewer { locks(showId: $showId) { ...LockFields } }
  }
`)

export const lockQuote = graphql(`
  query LockQuote($id: ID!, $code: String) {
    lock(id: $id) {
      id
      quote(promotionCode: $code) {
        __typename
        ... on QuoteOk {
          quote { total { text } discount { text amountMinor } fees { text amountMinor } tax { text amountMinor } }
        }
        ... on Refusal { message }
      }
    }
  }
`)

export const createBooking = graphql(`
  mutation CreateBooking($lockId: ID!, $paymentMethod: String!, $code: String, $email: String, $key: String!) {
    createBooking(lockId: $lockId, paymentMethod: $paymentMethod, promotionCode: $code, email: $email, idempotencyKey: $key) {
      __typename
      ... on CreateBookingOk { booking { id state } }
      ... on Refusal { message code }
      ... on RateLimited { retryAfterMs }
      ... on Queued { retryAfterMs }
      ... on TryAgain { retryAfterMs }
    }
  }
`)
