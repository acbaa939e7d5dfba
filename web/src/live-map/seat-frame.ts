/**
 * What the stream says: one frame shape for changes, conflated changes and heartbeats. A frame names what it
 * follows (`after`), so merging frames never looks like a loss, and a loss always shows.
 */

/** Status codes as the packed map has them, two bits a seat. */
export const seatCodes = { available: 0, locked: 1, booked: 2, notForSale: 3 } as const
export type SeatCode = (typeof seatCodes)[keyof typeof seatCodes]

export interface SeatFrame {
  epoch: number
  after: number
  seq: number
  /** seat_no -> last status within `(after, seq]`. Empty with `after = seq` is a heartbeat. */
  changes: ReadonlyMap<number, SeatCode>
}

const codeOfLetter: Record<string, SeatCode> = {
  a: seatCodes.available,
  l: seatCodes.locked,
  b: seatCodes.booked,
  n: seatCodes.notForSale,
}

/** Reads pairs of seat_no and status letter, like `12l13l5a`. */
export function parseChanges(text: string): Map<number, SeatCode> {
  const changes = new Map<number, SeatCode>()
  for (const [, seatNo, letter] of text.matchAll(/(\d+)([albn])/g)) {
    const code = codeOfLetter[letter ?? '']
    if (code !== undefined) changes.set(Number(seatNo), code)
  }
  return changes
}

/** One frame for both, or null where something between them is missing or the epoch differs. */
export function mergeFrames(earlier: SeatFrame, later: SeatFrame): SeatFrame | null {
  if (later.epoch !== earlier.epoch || later.after > earlier.seq) return null
  if (later.seq <= earlier.seq) return earlier
  const changes = new Map(earlier.changes)
  for (const [seatNo, code] of later.changes) changes.set(seatNo, code)
  return { epoch: earlier.epoch, after: Math.min(earlier.after, later.after), seq: later.seq, changes }
}
