/**
 * What the stream says: one shape for changes, conflated changes and heartbeats. A frame names what it follows
 * (`after`), so merging frames never looks like a loss, and a loss always shows. The changes stay the text they came
 * as: to merge is to append, and to apply is one pass over the characters.
 */
import type { Position } from './position.ts'
import { codeOfLetter } from './seat-status.ts'

export interface SeatFrame {
  epoch: number
  after: number
  seq: number
  /** Seat number and status letter in turn, `12l13l5a`. Where a seat is named twice, the later one stands. */
  changes: string
}

export type Verdict = 'drop' | 'apply' | 'gap'

/** What a viewer at `position` does with a frame (docs/realtime.md, "What a client must do"). */
export function judgeFrame(position: Position, frame: SeatFrame): Verdict {
  if (frame.epoch > position.epoch) return 'gap'
  if (frame.epoch < position.epoch || frame.seq <= position.seq) return 'drop'
  return frame.after <= position.seq ? 'apply' : 'gap'
}

/** One frame for both, or null where something between them is missing or the epoch differs. */
export function mergeFrames(earlier: SeatFrame, later: SeatFrame): SeatFrame | null {
  if (later.epoch !== earlier.epoch || later.after > earlier.seq) return null
  if (later.seq <= earlier.seq) return earlier
  return {
    epoch: earlier.epoch,
    after: Math.min(earlier.after, later.after),
    seq: later.seq,
    changes: earlier.changes + later.changes,
  }
}

/** A frame that tells the position alone: whoever is behind it needs a snapshot. */
export function positionFrame({ epoch, seq }: Position): SeatFrame {
  return { epoch, after: seq, seq, changes: '' }
}

const zero = 48
const nine = 57

/**
 * Writes the changes into `statuses` and adds to `changed` the seats that differ from before. False where the text
 * cannot be read to its end or names a seat that the map does not have; what came before that is written.
 */
export function applyChanges(text: string, statuses: Uint8Array, changed: number[]): boolean {
  let seatNo = -1
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at)
    if (char >= zero && char <= nine) {
      seatNo = (seatNo < 0 ? 0 : seatNo * 10) + char - zero
      continue
    }
    const code = codeOfLetter(char)
    if (code < 0 || seatNo < 0 || seatNo >= statuses.length) return false
    if (statuses[seatNo] !== code) {
      statuses[seatNo] = code
      changed.push(seatNo)
    }
    seatNo = -1
  }
  return seatNo < 0
}
