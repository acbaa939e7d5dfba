/** The last frames of a show, for readers who were skipped for a moment. Bounded in number and in seats. */
import type { SeatFrame, StatusLetter } from '../seating/index.ts'
import type { LiveLimits } from './live-limits.ts'
import type { Position } from './position.ts'

export class RecentFrames {
  readonly #limits: LiveLimits
  #frames: SeatFrame[] = []
  #seats = 0

  constructor(limits: LiveLimits) {
    this.#limits = limits
  }

  push(frame: SeatFrame): void {
    const last = this.#frames.at(-1)
    // What does not follow the last one makes all before it useless.
    if (last && (frame.epoch !== last.epoch || frame.after > last.seq)) this.#clear()
    if (frame.changes.size === 0) return
    this.#frames.push(frame)
    this.#seats += frame.changes.size
    while (this.#frames.length > this.#limits.recentFramesMax || this.#seats > this.#limits.recentSeatsMax) {
      this.#seats -= this.#frames.shift()?.changes.size ?? 0
    }
  }

  /** All that changed after a position as one frame; null where something of it is gone, or a snapshot is shorter. */
  since({ epoch, seq }: Position): SeatFrame | null {
    const [first] = this.#frames
    const last = this.#frames.at(-1)
    if (!first || !last || first.epoch !== epoch || first.after > seq || last.seq <= seq) return null
    const changes = new Map<number, StatusLetter>()
    for (const frame of this.#frames) {
      if (frame.seq <= seq) continue
      for (const [seatNo, letter] of frame.changes) changes.set(seatNo, letter)
      if (changes.size > this.#limits.pendingSeatsMax) return null
    }
    return { epoch, after: seq, seq: last.seq, changes }
  }

  #clear(): void {
    this.#frames = []
    this.#seats = 0
  }
}
