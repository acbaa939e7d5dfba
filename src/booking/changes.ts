/**
 * Who follows a booking is told that it changed, never how: they read it again, so what they see is what was committed,
 * whatever was lost or came twice on the way. A reader that is slow is told once for all it missed.
 */
import { Outage } from '../platform/failures.ts'

export interface BookingChanges {
  /** After a commit. Does not throw and is not waited for. */
  tell(bookingId: string): void
  /** The first turn comes at once: how it stands now. Throws TooManyFollowers. */
  follow(bookingId: string): AsyncIterableIterator<string, undefined>
  close(): Promise<void>
}

export class TooManyFollowers extends Outage {
  readonly code = 'TOO_MANY_FOLLOWERS'

  constructor() {
    super('This server follows as many bookings as it can. Ask for the booking itself meanwhile.', 5_000)
  }
}

/** One subscription's end. Hand-written, because a native generator that awaits cannot be returned from. */
export class Follower implements AsyncIterableIterator<string, undefined> {
  readonly #bookingId: string
  readonly #leave: () => void
  #waiting: ((result: IteratorResult<string, undefined>) => void) | null = null
  #woken = true
  #ended = false

  constructor(bookingId: string, leave: () => void) {
    this.#bookingId = bookingId
    this.#leave = leave
  }

  wake(): void {
    if (this.#ended) return
    const waiting = this.#waiting
    this.#waiting = null
    if (waiting) waiting({ value: this.#bookingId, done: false })
    else this.#woken = true
  }

  next(): Promise<IteratorResult<string, undefined>> {
    if (this.#ended) return Promise.resolve({ value: undefined, done: true })
    if (this.#woken) {
      this.#woken = false
      return Promise.resolve({ value: this.#bookingId, done: false })
    }
    return new Promise((resolve) => {
      this.#waiting = resolve
    })
  }

  /** Settles a pending next() and leaves in the same turn. */
  return(): Promise<IteratorResult<string, undefined>> {
    if (!this.#ended) {
      this.#ended = true
      this.#waiting?.({ value: undefined, done: true })
      this.#waiting = null
      this.#leave()
    }
    return Promise.resolve({ value: undefined, done: true })
  }

  [Symbol.asyncIterator](): this {
    return this
  }
}

/** Within one process: for tests and tools that have no other. */
export function changesInProcess(): BookingChanges {
  const followers = new Map<string, Set<Follower>>()
  return {
    tell(bookingId) {
      for (const follower of followers.get(bookingId) ?? []) follower.wake()
    },
    follow(bookingId) {
      const all = followers.get(bookingId) ?? new Set()
      followers.set(bookingId, all)
      const follower = new Follower(bookingId, () => {
        all.delete(follower)
        if (all.size === 0 && followers.get(bookingId) === all) followers.delete(bookingId)
      })
      all.add(follower)
      return follower
    },
    async close() {
      await Promise.all([...followers.values()].flatMap((all) => [...all].map((one) => one.return())))
    },
  }
}
