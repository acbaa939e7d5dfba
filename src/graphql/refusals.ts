/** Refusals of requests that no domain has to see: their ids, keys, seats or caller cannot be meant. */
import { Outage, Refusal } from '../platform/failures.ts'
import type { StatusLetter } from '../seating/index.ts'
import { withoutLongNumbers } from './hide-numbers.ts'

const shownCharsMax = 60

export class BadId extends Refusal {
  readonly code = 'BAD_ID'
  readonly id: string
  readonly expected: string

  constructor(id: string, expected: string) {
    const shown = withoutLongNumbers(id.length > shownCharsMax ? `${id.slice(0, shownCharsMax)}…` : id)
    super(
      `"${shown}" is not the id of ${expected}. Ids come from the API's own answers; send them unchanged.`,
    )
    this.id = shown
    this.expected = expected
  }
}

export class BadCursor extends Refusal {
  readonly code = 'BAD_CURSOR'

  constructor(argument: 'after' | 'before') {
    super(
      `The value of "${argument}" is not a cursor of this list. Take it from pageInfo or an edge of the same list.`,
    )
  }
}

export class BadPage extends Refusal {
  readonly code = 'BAD_PAGE'
}

export class BadSearch extends Refusal {
  readonly code = 'BAD_SEARCH'
}

export class NotSignedIn extends Refusal {
  readonly code = 'NOT_SIGNED_IN'

  constructor() {
    super('This needs a signed-in account or a guest session. Call startGuestSession and send its token.')
  }
}

export class NotAllowed extends Refusal {
  readonly code = 'NOT_ALLOWED'

  constructor() {
    super('You are not allowed to see or do this.')
  }
}

export class RateLimited extends Refusal {
  readonly code = 'RATE_LIMITED'
  readonly retryAfterMs: number

  constructor(retryAfterMs: number) {
    super(`Too many requests of this kind. Try again in ${Math.ceil(retryAfterMs / 1000)} s.`)
    this.retryAfterMs = retryAfterMs
  }
}

/** An outage as a member of a result: whatever is away, the client waits and repeats. */
export class TryAgain extends Refusal {
  readonly code = 'TRY_AGAIN'
  readonly retryAfterMs: number

  constructor(outage: Outage) {
    super(outage.message, { cause: outage })
    this.retryAfterMs = outage.retryAfterMs
  }
}

/** Bookings fail all around: this one waits with its buyer. */
export class Queued extends Refusal {
  readonly code = 'QUEUED'
  readonly retryAfterMs: number

  constructor(outage: Outage) {
    super(outage.message, { cause: outage })
    this.retryAfterMs = outage.retryAfterMs
  }
}

export class ShowNotFound extends Refusal {
  readonly code = 'SHOW_NOT_FOUND'

  constructor() {
    super('There is no such show.')
  }
}

export class BadIdempotencyKey extends Refusal {
  readonly code = 'BAD_IDEMPOTENCY_KEY'

  constructor() {
    super(
      'An idempotency key is 1 to 64 characters out of A-Z, a-z, 0-9, "-" and "_". A random UUID is a good one.',
    )
  }
}

export class BadReason extends Refusal {
  readonly code = 'BAD_REASON'

  constructor(charsMax: number) {
    super(`A reason is told to buyers: expected 1 to ${charsMax} characters.`)
  }
}

export class UnknownSeats extends Refusal {
  readonly code = 'UNKNOWN_SEATS'
  readonly seats: string[]
  readonly areas: string[]

  constructor(unknown: { seats: string[]; areas: string[] }) {
    super('This show has no such seats. Take seat ids and area keys from the show’s own plan.')
    this.seats = unknown.seats
    this.areas = unknown.areas
  }
}

export class DuplicateSeats extends Refusal {
  readonly code = 'DUPLICATE_SEATS'
  readonly seats: string[]
  readonly areas: string[]

  constructor(duplicates: { seats: string[]; areas: string[] }) {
    super('The same seat or area is named twice in one request.')
    this.seats = duplicates.seats
    this.areas = duplicates.areas
  }
}

/** The ledger's refusal, with the seats named as buyers know them. */
export class SeatsTaken extends Refusal {
  readonly code = 'SEATS_UNAVAILABLE'
  readonly seats: { seatNo: number; seatId: string; status: StatusLetter }[]
  readonly areas: { key: string; free: number }[]

  constructor(message: string, seats: SeatsTaken['seats'], areas: SeatsTaken['areas']) {
    super(message)
    this.seats = seats
    this.areas = areas
  }
}

/** The viewer saw a frame that this map does not have yet: the ledger it came from is being replaced. */
export class MapBehind extends Outage {
  readonly code = 'MAP_BEHIND'

  constructor() {
    super('The map is older than the position asked for. Ask again in a moment.', 500)
  }
}
