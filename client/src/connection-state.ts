/**
 * How far a map can be trusted right now, in three words for the person who looks at it. Pure: it is given what is
 * known and says what that means.
 */
import type { Problem } from './problem.ts'

export type ConnectionState =
  /** There is no map yet, or nothing was heard yet that could confirm it. */
  | { kind: 'connecting'; problem: Problem | null }
  | { kind: 'live' }
  /** The map is shown as it last was. `sinceMs` is when it was last known to be true, as `performance.now()` counts. */
  | { kind: 'stale'; sinceMs: number; problem: Problem | null }

export interface Evidence {
  hasMap: boolean
  /** A frame was heard at some time. */
  heard: boolean
  /** Each null while there is no such reason to doubt the map. */
  silentSinceMs: number | null
  behindSinceMs: number | null
  fromClaimsSinceMs: number | null
  /** What went wrong last and was not mended since. */
  problem: Problem | null
}

/** Answers `before` itself where nothing changed, so that states can be compared by identity. */
export function judgeState(before: ConnectionState, evidence: Evidence): ConnectionState {
  const next = stateOf(before, evidence)
  if (next.kind === 'live') return before.kind === 'live' ? before : next
  if (before.kind !== next.kind || before.problem !== next.problem) return next
  if (before.kind === 'stale' && next.kind === 'stale' && before.sinceMs !== next.sinceMs) return next
  return before
}

function stateOf(before: ConnectionState, evidence: Evidence): ConnectionState {
  const { hasMap, heard, silentSinceMs, behindSinceMs, fromClaimsSinceMs, problem } = evidence
  if (!hasMap) return { kind: 'connecting', problem }
  // One doubt may follow another; the map has been untrue to trust since the first of them.
  const doubts = [silentSinceMs, behindSinceMs, fromClaimsSinceMs].filter((sinceMs) => sinceMs !== null)
  if (doubts.length === 0) return heard ? { kind: 'live' } : { kind: 'connecting', problem }
  if (before.kind === 'stale') doubts.push(before.sinceMs)
  return { kind: 'stale', sinceMs: Math.min(...doubts), problem }
}
