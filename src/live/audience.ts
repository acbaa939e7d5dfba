/**
 * Everyone who asked for the same of one show. A frame is prepared once and its bytes go to all of them. A reader whose
 * bytes pile up is skipped, and when it has read them gets what it missed as one frame: it costs the others nothing, and
 * keeps no more here than a position.
 */
import type { SeatFrame } from '../seating/index.ts'
import type { LiveLimits } from './live-limits.ts'
import { type Position, positionFrame } from './position.ts'

/** A frame as it travels; only the subscriber's own id is missing. */
export interface PreparedFrame {
  writeTo(outlet: Outlet): void
}

/** An operation whose answer depends on the frame alone, whoever asked. */
export interface SharedOperation {
  /** Equal for operations with equal answers. */
  key: string
  prepare(frame: SeatFrame): PreparedFrame
}

/** Where one subscriber's bytes go. */
export interface Outlet {
  /** The subscriber's own id as it stands in the bytes. */
  readonly id: Uint8Array
  isOpen(): boolean
  /** Bytes wait that the other end did not take yet. */
  isFull(): boolean
  /** Whether the bytes are no longer needed. False: they wait, and may not be changed. */
  write(bytes: Uint8Array): boolean
  /** Once, when those bytes are gone. */
  whenDrained(act: () => void): void
  /** It was full for too long: ends it. */
  giveUp(): void
}

export interface Member {
  readonly audience: Audience
  readonly outlet: Outlet
  /** Where the reader stood when it was first skipped. */
  missed: (Position & { sinceMs: number }) | null
}

export interface AudienceDeps {
  limits: LiveLimits
  nowMs: () => number
  /** What changed after a position, as one frame; null where that is not known any more. */
  since(position: Position): SeatFrame | null
  position(): Position | null
  /** Asks for `catchUp` soon. */
  wake(): void
}

export class Audience {
  readonly key: string
  readonly #prepare: SharedOperation['prepare']
  readonly #deps: AudienceDeps
  readonly #members = new Set<Member>()
  readonly #drained = new Set<Member>()
  /** The last frame without changes: heartbeats and greetings repeat it. */
  #still: { epoch: number; seq: number; prepared: PreparedFrame } | null = null

  constructor(operation: SharedOperation, deps: AudienceDeps) {
    this.key = operation.key
    this.#prepare = operation.prepare
    this.#deps = deps
  }

  get size(): number {
    return this.#members.size
  }

  join(outlet: Outlet): Member {
    const member: Member = { audience: this, outlet, missed: null }
    this.#members.add(member)
    return member
  }

  leave(member: Member): void {
    this.#members.delete(member)
    this.#drained.delete(member)
  }

  /** Returns how many took it. */
  send(frame: SeatFrame): number {
    const prepared = this.#prepared(frame)
    let sent = 0
    for (const member of this.#members) if (this.#give(member, frame, prepared)) sent += 1
    return sent
  }

  sendTo(member: Member, frame: SeatFrame): void {
    if (this.#members.has(member)) this.#give(member, frame, this.#prepared(frame))
  }

  /** Those who have read again. Each distinct gap is prepared once; beyond so many, the position alone is told. */
  catchUp(): number {
    if (this.#drained.size === 0) return 0
    const position = this.#deps.position()
    const frames = new Map<string, SeatFrame>()
    const prepared = new Map<SeatFrame, PreparedFrame>()
    const members = [...this.#drained]
    this.#drained.clear()
    let sent = 0
    for (const member of members) {
      const { missed } = member
      member.missed = null
      if (!missed || !position) continue
      const gap = `${missed.epoch} ${missed.seq}`
      const mayPrepare = frames.has(gap) || frames.size < this.#deps.limits.catchUpsPerRoundMax
      const frame =
        frames.get(gap) ?? ((mayPrepare ? this.#deps.since(missed) : null) || positionFrame(position))
      if (mayPrepare) frames.set(gap, frame)
      const message = prepared.get(frame) ?? this.#prepared(frame)
      prepared.set(frame, message)
      if (this.#give(member, frame, message)) sent += 1
    }
    return sent
  }

  #give(member: Member, frame: SeatFrame, prepared: PreparedFrame): boolean {
    const { outlet, missed } = member
    if (missed) {
      if (this.#deps.nowMs() - missed.sinceMs > this.#deps.limits.slowMsMax) outlet.giveUp()
      return false
    }
    if (!outlet.isOpen()) return false
    if (outlet.isFull()) {
      member.missed = { epoch: frame.epoch, seq: frame.after, sinceMs: this.#deps.nowMs() }
      outlet.whenDrained(() => {
        if (!this.#members.has(member)) return
        this.#drained.add(member)
        this.#deps.wake()
      })
      return false
    }
    prepared.writeTo(outlet)
    return true
  }

  #prepared(frame: SeatFrame): PreparedFrame {
    if (frame.changes.size > 0 || frame.after !== frame.seq) return this.#prepare(frame)
    const still = this.#still
    if (still && still.epoch === frame.epoch && still.seq === frame.seq) return still.prepared
    const prepared = this.#prepare(frame)
    this.#still = { epoch: frame.epoch, seq: frame.seq, prepared }
    return prepared
  }
}
