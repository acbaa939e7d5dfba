/** Where a map stands in the history of its show. Epochs are raised when the ledger is rebuilt; seq counts within one. */
export interface Position {
  epoch: number
  seq: number
}

/** Negative where `a` is older than `b`. A higher epoch is newer whatever the numbers within it say. */
export function comparePositions(a: Position, b: Position): number {
  return a.epoch - b.epoch || a.seq - b.seq
}
