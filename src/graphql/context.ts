/**
 * What the schema stands on: the doors of the domains, and what is known of one request. Resolvers reach
 * nothing else.
 */

import type { PlanArea, PlanLayout, PlanSeat } from '../catalog/plan-layout.ts'
import type { Database } from '../platform/postgres.ts'
import type { SeatFrame, Seating } from '../seating/index.ts'
import type { Loaders } from './loaders.ts'

export interface GraphqlDeps {
  database: Database
  seating: SeatingDoor
  booking: BookingDoor
  catalog: CatalogDoor
  live: LiveDoor
  identity: IdentityDoor
  rateLimiter: RateLimiter
}

export interface Context {
  deps: GraphqlDeps
  viewer: Viewer
  /** The client's network address, for limits of callers who have no account. */
  address: string
  requestId: string
  loaders: Loaders
}

export type Role = 'customer' | 'organiser' | 'gate' | 'admin'

export interface Viewer {
  kind: 'anonymous' | 'guest' | 'account'
  /** Null for anonymous callers: they look, and do not buy. */
  buyerId: string | null
  roles: readonly Role[]
  /** When the token ends; null without one. */
  expiresAt: Date | null
}

export interface IdentityDoor {
  issueGuestToken(): Promise<{ token: string; expiresAt: Date }>
}

export type LimitedOperation = 'seat_selection' | 'booking' | 'guest_session'

export interface RateLimiter {
  /** Null: go on. Else how long to wait. */
  consume(operation: LimitedOperation, who: string): Promise<{ retryAfterMs: number } | null>
}

/** The verbs of seating that clients may reach. */
export type SeatingDoor = Pick<
  Seating,
  'placeLock' | 'extendLock' | 'releaseLock' | 'findLock' | 'locksOf' | 'readMap'
>

export interface BookingDoor {
  createBooking(request: {
    showId: number
    lockId: string
    buyerId: string
    paymentMethod: string
    idempotencyKey: string
  }): Promise<string>
  cancelBooking(request: { bookingId: string; buyerId: string }): Promise<string>
}

export interface LiveDoor {
  watch(showId: number): AsyncIterableIterator<SeatFrame>
}

/** One version of a plan with the look-ups that everybody needs. Immutable. */
export interface Plan {
  id: number
  version: number
  contentHash: string
  seatCount: number
  layout: PlanLayout
  /** Seats and places of standing areas by their public names. */
  seatNoOf(seatId: string): number | undefined
  seatIdOf(seatNo: number): string | undefined
  seatOf(seatNo: number): PlanSeat | undefined
  areaOf(seatNo: number): PlanArea | undefined
}

export interface ShowFacts {
  id: number
  planVersionId: number | null
  priceListId: number | null
}

export interface PriceList {
  id: number
  currency: string
  /** Category key -> minor units. */
  prices: Record<string, number>
}

export interface EventSearch {
  search?: string | undefined
  from?: Date | undefined
  to?: Date | undefined
  venueId?: number | undefined
}

/** Where an event stands in a search's order: by its first show in question, then by id. */
export interface EventPosition {
  firstShowAt: Date | null
  eventId: number
}

/** The batches answer in the order of the ids asked for. */
export interface CatalogDoor {
  findEvents(
    search: EventSearch,
    page: { after?: EventPosition; before?: EventPosition; count: number; backwards: boolean },
  ): Promise<EventPosition[]>
  findShows(ids: readonly number[]): Promise<(ShowFacts | null)[]>
  findPlans(ids: readonly number[]): Promise<(Plan | null)[]>
  findPriceLists(ids: readonly number[]): Promise<(PriceList | null)[]>
}
