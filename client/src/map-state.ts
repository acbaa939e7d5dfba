/**
 * The viewer's half of the promise that every map converges, without clock, socket or randomness: it is told what
 * happened and answers with an errand for whoever has those.
 *
 * A viewer at position `s` does one of three things with a frame `(after, seq]` of its epoch: it drops the frame when
 * `seq <= s`, applies it when `after <= s < seq` (an overlap repeats what is known and is harmless), and otherwise
 * knows that something is missing and wants a snapshot. A higher epoch means that the ledger was rebuilt, so only a
 * snapshot will do; a lower one is an echo and is dropped.
 *
 * One snapshot at a time: `resync` is none, waiting (for its moment) or fetching. Frames that arrive meanwhile are
 * merged into one `pending` frame, so what follows the snapshot is not lost while it travels; where they do not connect
 * the later one stands, and the snapshot must reach it. A snapshot older than the map is refused: a viewer never goes
 * back. Memory is one byte a seat and one pending frame of bounded length.
 */
import { clientLimits } from './limits.ts'
import { comparePositions, type Position } from './position.ts'
import { applyChanges, judgeFrame, mergeFrames, positionFrame, type SeatFrame } from './seat-frame.ts'
import { positionOf, type Snapshot, unpackStatuses } from './snapshot.ts'

export type Errand =
  | { do: 'nothing' }
  /** Say `snapshotDue` later. The first attempt is soon, each further one follows a failure. */
  | { do: 'wait'; attempt: number }
  /** The snapshot that was waited for is not needed any more. */
  | { do: 'callOff' }
  /** Take a snapshot now and say how it went. */
  | { do: 'fetch'; notBefore: Position | null }

/** Seats that differ from before; `all` where there is no before. */
export type Changed = readonly number[] | 'all'

export interface Step {
  errand: Errand
  changed: Changed
}

type Resync = { kind: 'none' } | { kind: 'waiting' | 'fetching'; attempt: number }

const nowhere: Position = { epoch: -1, seq: -1 }
const nothing: Step = { errand: { do: 'nothing' }, changed: [] }

export class MapState {
  #statuses: Uint8Array | null = null
  #position = nowhere
  #fromClaims = false
  #resync: Resync = { kind: 'none' }
  #pending: SeatFrame | null = null

  /** One code a seat, written in place; null before the first snapshot. */
  get statuses(): Uint8Array | null {
    return this.#statuses
  }

  get position(): Position | null {
    return this.#statuses ? this.#position : null
  }

  /** The map was read from the claims while the ledger was away. */
  get isFromClaims(): boolean {
    return this.#fromClaims
  }

  /** Something is known to be missing. */
  get isBehind(): boolean {
    return this.#pending !== null
  }

  opened(): Step {
    return this.#wait(0)
  }

  frame(frame: SeatFrame): Step {
    const verdict = judgeFrame(this.#position, frame)
    if (verdict === 'drop') return nothing
    if (verdict === 'gap') return this.#miss(frame)
    const changed: number[] = []
    if (!this.#apply(frame, changed)) return { ...this.#miss(positionFrame(frame)), changed }
    const merged = this.#catchUp(changed)
    const healed = this.#pending === null && this.#resync.kind === 'waiting'
    if (healed) this.#resync = { kind: 'none' }
    const errand: Errand = healed ? { do: 'callOff' } : { do: 'nothing' }
    return { errand, changed: merged ? once(changed) : changed }
  }

  snapshotDue(): Step {
    return this.#resync.kind === 'waiting' ? this.#fetch(this.#resync.attempt) : nothing
  }

  snapshot(snapshot: Snapshot): Step {
    if (this.#resync.kind !== 'fetching') return nothing
    const { attempt } = this.#resync
    const position = positionOf(snapshot)
    const older = this.#statuses !== null && comparePositions(position, this.#position) < 0
    const unpacked = older ? null : unpackStatuses(snapshot.statuses, this.#statuses)
    let changed: Changed = []
    if (unpacked) {
      this.#statuses = unpacked.statuses
      this.#position = position
      this.#fromClaims = snapshot.stale
      const more: number[] = []
      this.#catchUp(more)
      changed = unpacked.changed === 'all' ? 'all' : once(unpacked.changed.concat(more))
    }
    if (this.#pending) return { ...this.#wait(attempt + 1), changed }
    this.#resync = { kind: 'none' }
    return { errand: { do: 'nothing' }, changed }
  }

  snapshotFailed(): Step {
    return this.#resync.kind === 'fetching' ? this.#wait(this.#resync.attempt + 1) : nothing
  }

  #miss(frame: SeatFrame): Step {
    this.#pending = keepPending(this.#pending, frame)
    if (this.#resync.kind === 'fetching') return nothing
    if (this.#resync.kind === 'none') return this.#wait(0)
    // The first picture waits for nobody: there is nothing yet that all viewers could have lost at once.
    const first = this.#statuses === null && this.#resync.attempt === 0
    return first ? this.#fetch(0) : nothing
  }

  /** Applies what was waiting, once the map has reached it. False where nothing was. */
  #catchUp(changed: number[]): boolean {
    const pending = this.#pending
    if (!pending) return false
    const verdict = judgeFrame(this.#position, pending)
    if (verdict === 'gap') return false
    this.#pending = null
    if (verdict === 'drop') return false
    // What cannot be read has a position all the same, and the next snapshot must reach it.
    if (!this.#apply(pending, changed)) this.#pending = positionFrame(pending)
    return true
  }

  #apply(frame: SeatFrame, changed: number[]): boolean {
    if (!this.#statuses || !applyChanges(frame.changes, this.#statuses, changed)) return false
    this.#position = { epoch: frame.epoch, seq: frame.seq }
    return true
  }

  #fetch(attempt: number): Step {
    this.#resync = { kind: 'fetching', attempt }
    const pending = this.#pending
    const notBefore = pending && { epoch: pending.epoch, seq: pending.after }
    return { errand: { do: 'fetch', notBefore }, changed: [] }
  }

  #wait(attempt: number): Step {
    this.#resync = { kind: 'waiting', attempt }
    return { errand: { do: 'wait', attempt }, changed: [] }
  }
}

/** A frame of an older epoch never replaces one of a newer, and a gap leaves only the later part. */
function keepPending(pending: SeatFrame | null, frame: SeatFrame): SeatFrame {
  if (!pending || frame.epoch > pending.epoch) return bounded(frame)
  if (frame.epoch < pending.epoch || frame.seq <= pending.seq) return pending
  return bounded(mergeFrames(pending, frame) ?? frame)
}

function bounded(frame: SeatFrame): SeatFrame {
  return frame.changes.length > clientLimits.pendingCharsMax ? positionFrame(frame) : frame
}

/** Merged frames may name a seat twice. */
function once(seats: number[]): number[] {
  return [...new Set(seats)]
}
