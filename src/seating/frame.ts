/**
 * One shape for every change of a show's seats: `{epoch, after, seq, changes}` holds the last status of each
 * seat that changed in `(after, seq]`. A viewer at `s` drops a frame with `seq <= s`, applies one with
 * `after <= s < seq` (overlap is harmless), and takes a snapshot when `after > s` or the epoch is higher.
 * Merging frames therefore never looks like a loss, and a loss always shows.
 */
/** a available, l locked, b booked, n not for sale. */
export type StatusLetter = 'a' | 'l' | 'b' | 'n'

export interface SeatFrame {
  epoch: number
  after: number
  seq: number
  /** seat_no -> last status. Empty with `after = seq` is a heartbeat. */
  changes: ReadonlyMap<number, StatusLetter>
}

/** Reads the ledger's text `epoch after seq changes`, where changes are pairs like `12l13l5a`. */
export function parseFrame(text: string): SeatFrame {
  const [epoch, after, seq, changes = ''] = text.split(' ')
  return { epoch: Number(epoch), after: Number(after), seq: Number(seq), changes: parseChanges(changes) }
}

export function parseChanges(text: string): Map<number, StatusLetter> {
  const changes = new Map<number, StatusLetter>()
  for (const [, seatNo, letter] of text.matchAll(/(\d+)([albn])/g)) {
    changes.set(Number(seatNo), letter as StatusLetter)
  }
  return changes
}

export function printChanges(changes: ReadonlyMap<number, StatusLetter>): string {
  let text = ''
  for (const [seatNo, letter] of changes) text += seatNo + letter
  return text
}

/** One frame for both, or null where something between them is missing or the epoch changed. */
export function mergeFrames(earlier: SeatFrame, later: SeatFrame): SeatFrame | null {
  if (later.epoch !== earlier.epoch || later.after > earlier.seq) return null
  if (later.seq <= earlier.seq) return earlier
  const changes = new Map(earlier.changes)
  for (const [seatNo, letter] of later.changes) changes.set(seatNo, letter)
  return { epoch: earlier.epoch, after: Math.min(earlier.after, later.after), seq: later.seq, changes }
}
