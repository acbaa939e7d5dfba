/**
 * One subscription's end of the hub: a hand-written iterator, because a native async generator that awaits cannot be
 * returned from and would leak. Either it is read frame by frame, and what is not pulled is merged into one frame of
 * bounded size; or it is shared, its frames go to an outlet as bytes, and reading it only waits for the end.
 */
import { mergeFrames, type SeatFrame } from '../seating/index.ts'
import type { Member, Outlet, SharedOperation } from './audience.ts'
import { liveLimits } from './live-limits.ts'
import { positionFrame } from './position.ts'

type Result = IteratorResult<SeatFrame, undefined>

/** What the hub does for the watchers of a show. */
export interface WatcherDesk {
  leave(watcher: Watcher): void
  /** Null: it has as many different operations as it shares. */
  share(watcher: Watcher, operation: SharedOperation, outlet: Outlet): Member | null
  /** False: it has as many lone readers as it serves. */
  readAlone(): boolean
}

export class Watcher implements AsyncIterableIterator<SeatFrame, undefined> {
  readonly #desk: WatcherDesk
  #waiting: ((result: Result) => void) | null = null
  #pending: SeatFrame | null = null
  #ended = false
  #member: Member | null = null
  /** Not null: read alone, a frame at most this often. */
  #everyMs: number | null = null
  #pause: NodeJS.Timeout | undefined

  constructor(desk: WatcherDesk) {
    this.#desk = desk
  }

  get member(): Member | null {
    return this.#member
  }

  get isAlone(): boolean {
    return this.#everyMs !== null
  }

  /** From now on frames go to the outlet, prepared once for all who share the operation. False: it cannot be. */
  share(operation: SharedOperation, outlet: Outlet): boolean {
    if (this.#ended) return true
    this.#member = this.#desk.share(this, operation, outlet)
    if (!this.#member) return false
    const frame = this.#pending
    this.#pending = null
    if (frame) this.offer(frame)
    return true
  }

  /** From now on frames are read here, each executed for this reader alone, and so no more often than this. */
  readAlone(everyMs: number): boolean {
    if (!this.#desk.readAlone()) return false
    this.#everyMs = everyMs
    return true
  }

  offer(frame: SeatFrame): void {
    if (this.#ended) return
    if (this.#member) {
      this.#member.audience.sendTo(this.#member, frame)
      return
    }
    if (this.#waiting && !this.#pause) {
      this.#deliver(frame)
      return
    }
    // Frames that do not follow each other cannot be one: the newest position makes the viewer take a snapshot.
    const merged = this.#pending ? mergeFrames(this.#pending, frame) : frame
    this.#pending =
      merged && merged.changes.size <= liveLimits.pendingSeatsMax ? merged : positionFrame(frame)
  }

  next(): Promise<Result> {
    if (this.#ended) return Promise.resolve({ value: undefined, done: true })
    return new Promise((resolve) => {
      this.#waiting = resolve
      if (this.#pending && !this.#pause) this.#deliver(this.#pending)
    })
  }

  /** Settles a pending next() and leaves the hub in the same turn. */
  return(): Promise<Result> {
    this.end()
    return Promise.resolve({ value: undefined, done: true })
  }

  end(): void {
    if (this.#ended) return
    this.#ended = true
    this.#pending = null
    clearTimeout(this.#pause)
    this.#waiting?.({ value: undefined, done: true })
    this.#waiting = null
    this.#desk.leave(this)
    this.#member = null
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  #deliver(frame: SeatFrame): void {
    const deliver = this.#waiting
    this.#waiting = null
    this.#pending = null
    if (this.#everyMs !== null) {
      this.#pause = setTimeout(() => {
        this.#pause = undefined
        if (this.#waiting && this.#pending) this.#deliver(this.#pending)
      }, this.#everyMs).unref()
    }
    deliver?.({ value: frame, done: false })
  }
}
