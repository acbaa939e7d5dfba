/**
 * What the schema stands on: the doors of the domains, and what is known of one request. Resolvers reach
 * nothing else.
 */
import type { Bookings } from '../booking/index.ts'
import type { Catalog } from '../catalog/index.ts'
import type { Gate } from '../gate/index.ts'
import type { Identity, Viewer } from '../identity/index.ts'
import type { Database } from '../platform/postgres.ts'
import type { RateLimiter } from '../platform/rate-limit.ts'
import type { SeatFrame, Seating } from '../seating/index.ts'
import type { Ticketing } from '../ticket/index.ts'
import type { callRates } from './limits.ts'
import type { Loaders } from './loaders.ts'

export interface GraphqlDeps {
  database: Database
  seating: SeatingDoor
  booking: BookingDoor
  ticketing: TicketingDoor
  gate: Gate
  catalog: Catalog
  live: LiveDoor
  identity: Pick<Identity, 'issueGuestToken'>
  rateLimiter: RateLimiter<LimitedOperation>
}

export interface Context {
  deps: GraphqlDeps
  viewer: Viewer
  /** The client's network address, for limits of callers who have no account. */
  address: string
  requestId: string
  loaders: Loaders
}

/** What callers may do only so often (limits/call-rates.ts). */
export type LimitedOperation = keyof typeof callRates

/** The verbs of seating that clients may reach. */
export type SeatingDoor = Pick<
  Seating,
  'placeLock' | 'extendLock' | 'releaseLock' | 'findLock' | 'locksOf' | 'readMap'
>

export type BookingDoor = Pick<
  Bookings,
  | 'createBooking'
  | 'cancelBooking'
  | 'cancelForHouse'
  | 'cancelShow'
  | 'showCancellation'
  | 'followBooking'
  | 'waitsUntil'
  | 'cancellableUntil'
  | 'quoteLock'
>

export type TicketingDoor = Pick<
  Ticketing,
  'codesOf' | 'reissue' | 'offerTicket' | 'withdrawOffer' | 'takeTicket'
>

/** Frames of a show. Those of the hub can be shared (src/live); any others are read one by one. */
export interface LiveDoor {
  watch(showId: number): AsyncIterableIterator<SeatFrame>
}
