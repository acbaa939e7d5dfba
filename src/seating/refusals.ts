/** Why seats are not given: one class per reason, each with what a client needs to go on. */
import { Outage, Refusal } from '../platform/failures.ts'
import type { StatusLetter } from './frame.ts'

export class SeatsUnavailable extends Refusal {
  readonly code = 'SEATS_UNAVAILABLE'
  readonly seats: { seatNo: number; status: StatusLetter }[]
  /** Standing areas with fewer free places than wanted. */
  readonly areas: { key: string; free: number }[]

  constructor(seats: { seatNo: number; status: StatusLetter }[], areas: { key: string; free: number }[]) {
    super('Somebody else was faster: not all of these seats are free any more. Choose others and try again.')
    this.seats = seats
    this.areas = areas
  }
}

export class BadSeatCount extends Refusal {
  readonly code = 'BAD_SEAT_COUNT'
  readonly count: number
  readonly max: number

  constructor(count: number, max: number) {
    super(`A call takes 1 to ${max} seats; this one named ${count}.`)
    this.count = count
    this.max = max
  }
}

export class SeatLimitReached extends Refusal {
  readonly code = 'SEAT_LIMIT_REACHED'
  readonly held: number
  readonly max: number

  constructor(held: number, max: number) {
    super(`One buyer may have ${max} seats of this show; you have ${held} already, locked or bought.`)
    this.held = held
    this.max = max
  }
}

/** Also another buyer's lock: whose a lock is, is not told. */
export class LockNotFound extends Refusal {
  readonly code = 'LOCK_NOT_FOUND'

  constructor() {
    super(
      'This lock is not there any more: it expired, was given back, or is not yours. Lock the seats again.',
    )
  }
}

export class LockInCheckout extends Refusal {
  readonly code = 'LOCK_IN_CHECKOUT'

  constructor() {
    super('These seats are being paid for. Follow the booking, or cancel it to change the seats.')
  }
}

export class AlreadyExtended extends Refusal {
  readonly code = 'ALREADY_EXTENDED'

  constructor() {
    super('A lock can be extended once, and this one was.')
  }
}

export class KeyReused extends Refusal {
  readonly code = 'KEY_REUSED'

  constructor() {
    super('This idempotency key was used with other input. Take a new key for a new request.')
  }
}

export class ShowNotOnSale extends Refusal {
  readonly code = 'SHOW_NOT_ON_SALE'
  readonly status: 'closed' | 'cancelled' | 'not_on_sale'

  constructor(status: 'closed' | 'cancelled' | 'not_on_sale') {
    super(
      status === 'cancelled'
        ? 'This show was cancelled.'
        : 'Seats of this show are not on sale at the moment.',
    )
    this.status = status
  }
}

/** The show is long over and its ledger is gone for good: maps come from the claims. */
export class LedgerRemoved extends ShowNotOnSale {
  constructor() {
    super('closed')
  }
}

/** Redis does not answer. Nothing was decided; or it was, and a repeat with the same key finds it. */
export class LedgerAway extends Outage {
  readonly code = 'LEDGER_AWAY'

  constructor(cause?: unknown) {
    super('Seats cannot be locked at this moment. Try again in a second with the same key.', 1_000, { cause })
  }
}

/** PostgreSQL does not answer. The same holds. */
export class ClaimsAway extends Outage {
  readonly code = 'CLAIMS_AWAY'

  constructor(cause?: unknown) {
    super('Seats cannot be locked at this moment. Try again in a second with the same key.', 1_000, { cause })
  }
}

/** A fault of a caller in this process, or lost claims: the seats are no longer this lock's in PostgreSQL. */
export class ClaimsLost extends Error {}
