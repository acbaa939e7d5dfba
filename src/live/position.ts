/** Where a show stands: an epoch, raised when its ledger is rebuilt, and a seq within it. */
import type { SeatFrame } from '../seating/index.ts'

export interface Position {
  epoch: number
  seq: number
}

/** Tells a viewer where the source stands without saying what changed: one that is behind takes a snapshot. */
export const positionFrame = ({ epoch, seq }: Position): SeatFrame => ({
  ...{ epoch, after: seq, seq },
  changes: new Map(),
})
