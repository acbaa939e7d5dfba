/** A viewer as docs/realtime.md asks for: the rule by which every map converges. */
import type { SeatFrame } from '../../src/seating/index.ts'

export interface Snapshot {
  epoch: number
  seq: number
  statuses: string
}

export class ModelViewer {
  epoch = -1
  seq = -1
  #letters: string[] = []
  snapshots = 0
  readonly #snapshot: () => Snapshot

  constructor(snapshot: () => Snapshot) {
    this.#snapshot = snapshot
  }

  get map(): string {
    return this.#letters.join('')
  }

  receive(frame: SeatFrame): void {
    if (frame.epoch < this.epoch || (frame.epoch === this.epoch && frame.seq <= this.seq)) return
    if (frame.epoch > this.epoch || frame.after > this.seq) {
      this.resync()
      return
    }
    for (const [seatNo, letter] of frame.changes) this.#letters[seatNo] = letter
    this.seq = frame.seq
  }

  resync(): void {
    this.snapshots += 1
    const { epoch, seq, statuses } = this.#snapshot()
    // Clients never go back.
    if (epoch < this.epoch || (epoch === this.epoch && seq < this.seq)) return
    this.epoch = epoch
    this.seq = seq
    this.#letters = [...statuses]
  }
}
