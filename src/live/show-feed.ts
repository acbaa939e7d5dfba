/**
 * One show as this process follows it: where it stands, what gathered since the last tick, and who watches. Pure: it is
 * told of messages, positions and ticks.
 */
import { mergeFrames, type SeatFrame } from '../seating/index.ts'
import { positionFrame, type Watcher } from './watcher.ts'

export interface Position {
  epoch: number
  seq: number
}

export class ShowFeed {
  readonly watchers = new Set<Watcher>()
  #position: Position | null = null
  #gathered: SeatFrame | null = null

  get position(): Position | null {
    return this.#position
  }

  get hasGathered(): boolean {
    return this.#gathered !== null
  }

  /** A frame from the bus. Repeated and older ones are dropped; one that does not follow becomes a position. */
  receive(frame: SeatFrame): void {
    const at = this.#position
    if (at && (frame.epoch < at.epoch || (frame.epoch === at.epoch && frame.seq <= at.seq))) return
    const follows = at && frame.epoch === at.epoch && frame.after <= at.seq
    this.#gather(follows ? frame : positionFrame(frame))
  }

  /** Whether the source has counted further than we have heard. */
  isBehind(source: Position): boolean {
    const at = this.#position
    return !at || source.epoch > at.epoch || (source.epoch === at.epoch && source.seq > at.seq)
  }

  /** The source's own word. If we are behind, something was lost: viewers are told where it stands. */
  hear(source: Position): void {
    if (this.isBehind(source)) this.#gather(positionFrame(source))
  }

  /** Hands what has gathered to every watcher. Returns how many frames that were. */
  flush(): number {
    const frame = this.#gathered
    this.#gathered = null
    return frame ? this.#toAll(frame) : 0
  }

  /** Repeats the position; with it a viewer who lost the last message notices. */
  heartbeat(): number {
    return this.#position ? this.#toAll(positionFrame(this.#position)) : 0
  }

  #gather(frame: SeatFrame): void {
    this.#position = { epoch: frame.epoch, seq: frame.seq }
    this.#gathered = this.#gathered ? (mergeFrames(this.#gathered, frame) ?? positionFrame(frame)) : frame
  }

  #toAll(frame: SeatFrame): number {
    for (const watcher of this.watchers) watcher.offer(frame)
    return this.watchers.size
  }
}
