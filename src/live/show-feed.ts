/**
 * One show as this process follows it: where it stands, what gathered since the last tick, and who watches. Pure: it is
 * told of messages, positions and ticks.
 */
import { mergeFrames, type SeatFrame } from '../seating/index.ts'
import { Audience, type Member, type Outlet, type SharedOperation } from './audience.ts'
import { type LiveLimits, liveLimits } from './live-limits.ts'
import { type Position, positionFrame } from './position.ts'
import { RecentFrames } from './recent-frames.ts'
import type { Watcher } from './watcher.ts'

export interface FeedDeps {
  limits: LiveLimits
  nowMs: () => number
  /** Asks for `flush` soon. */
  wake(): void
}

const still: FeedDeps = { limits: liveLimits, nowMs: () => 0, wake() {} }

export class ShowFeed {
  /** Those who read frames one by one. */
  readonly watchers = new Set<Watcher>()
  readonly #audiences = new Map<string, Audience>()
  readonly #recent: RecentFrames
  readonly #deps: FeedDeps
  #position: Position | null = null
  #gathered: SeatFrame | null = null

  constructor(deps: FeedDeps = still) {
    this.#deps = deps
    this.#recent = new RecentFrames(deps.limits)
  }

  get operations(): number {
    return this.#audiences.size
  }

  get isWatched(): boolean {
    return this.watchers.size > 0 || this.#audiences.size > 0
  }

  /** Null: as many different operations as are shared are there already. */
  share(operation: SharedOperation, outlet: Outlet): Member | null {
    const known = this.#audiences.get(operation.key)
    if (known) return known.join(outlet)
    if (this.#audiences.size >= this.#deps.limits.operationsPerShowMax) return null
    const audience = new Audience(operation, {
      ...this.#deps,
      since: (position) => this.#recent.since(position),
      position: () => this.#position,
    })
    this.#audiences.set(operation.key, audience)
    return audience.join(outlet)
  }

  leave(member: Member): void {
    const { audience } = member
    audience.leave(member)
    if (audience.size === 0 && this.#audiences.get(audience.key) === audience)
      this.#audiences.delete(audience.key)
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

  /** Hands what has gathered to everyone. Returns how many frames that were. */
  flush(): number {
    const frame = this.#gathered
    this.#gathered = null
    let sent = 0
    if (frame) {
      this.#recent.push(frame)
      sent += this.#toAll(frame)
    }
    for (const audience of this.#audiences.values()) sent += audience.catchUp()
    return sent
  }

  /** Repeats the position; with it a viewer who lost the last message notices. */
  heartbeat(): number {
    // What gathered comes first: the position alone would make everyone take a snapshot of it.
    if (this.#gathered) return this.flush()
    return this.#position ? this.#toAll(positionFrame(this.#position)) : 0
  }

  #gather(frame: SeatFrame): void {
    this.#position = { epoch: frame.epoch, seq: frame.seq }
    this.#gathered = this.#gathered ? (mergeFrames(this.#gathered, frame) ?? positionFrame(frame)) : frame
  }

  #toAll(frame: SeatFrame): number {
    let sent = this.watchers.size
    for (const watcher of this.watchers) watcher.offer(frame)
    for (const audience of this.#audiences.values()) sent += audience.send(frame)
    return sent
  }
}
