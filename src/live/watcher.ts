/**
 * One subscription's end of the hub: a hand-written iterator, because a native async generator that awaits cannot be
 * returned from and would leak. What is not pulled is merged into one frame of bounded size, so a slow reader costs one frame.
 */
import { mergeFrames, type SeatFrame } from '../seating/index.ts'
import { liveLimits } from './live-limits.ts'

type Result = IteratorResult<SeatFrame, undefined>

/** Tells a viewer where the source stands without saying what changed: one that is behind takes a snapshot. */
export const positionFrame = ({ epoch, seq }: { epoch: number; seq: number }): SeatFrame => ({
  ...{ epoch, after: seq, seq },
  changes: new Map(),
})

export class Watcher implements AsyncIterableIterator<SeatFrame, undefined> {
  readonly #leave: (watcher: Watcher) => void
  #waiting: ((result: Result) => void) | null = null
  #pending: SeatFrame | null = null
  #ended = false

  constructor(leave: (watcher: Watcher) => void) {
    this.#leave = leave
  }

  offer(frame: SeatFrame): void {
    if (this.#ended) return
    if (this.#waiting) {
      const deliver = this.#waiting
      this.#waiting = null
      deliver({ value: frame, done: false })
      return
    }
    // Frames that do not follow each other cannot be one: the newest position makes the viewer take a snapshot.
    const merged = this.#pending ? mergeFrames(this.#pending, frame) : frame
    this.#pending =
      merged && merged.changes.size <= liveLimits.pendingSeatsMax ? merged : positionFrame(frame)
  }

  next(): Promise<Result> {
    if (this.#ended) return Promise.resolve({ value: undefined, done: true })
    if (this.#pending) {
      const value = this.#pending
      this.#pending = null
      return Promise.resolve({ value, done: false })
    }
    return new Promise((resolve) => {
      this.#waiting = resolve
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
    this.#waiting?.({ value: undefined, done: true })
    this.#waiting = null
    this.#leave(this)
  }

  [Symbol.asyncIterator](): this {
    return this
  }
}
