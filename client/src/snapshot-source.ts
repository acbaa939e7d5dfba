/** The port through which snapshots arrive, and the failure it speaks of. */
import type { Position } from './position.ts'
import type { Problem } from './problem.ts'
import type { Snapshot } from './snapshot.ts'

export interface SnapshotSource {
  /** A whole map, never older than `notBefore`. Rejects with SnapshotFailed where the server said why. */
  take(showId: string, notBefore: Position | null, signal: AbortSignal): Promise<Snapshot>
}

export class SnapshotFailed extends Error {
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.message)
    this.problem = problem
  }
}
