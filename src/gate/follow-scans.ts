/**
 * What the scans of one ticket mean together. A pure function of the set of scans: in whatever order they arrived, the
 * answer is the same, because they are put in the order in which they were made. The first entry wins; of two made in
 * the same millisecond, the one whose device, then nonce, comes first. Knows no platform, so that a gate's page can use
 * it as it is.
 */
export interface Scan {
  id: string
  move: 'in' | 'out'
  gate: string
  device: string
  nonce: string
  scannedAtMs: number
}

export type ScanProblem =
  /** Let in although the ticket was in already. `entry` is the scan that had let it in. */
  | { kind: 'duplicate'; scan: Scan; entry: Scan }
  /** Let out although nobody had gone in. */
  | { kind: 'exit_without_entry'; scan: Scan }

export interface Followed {
  /** The last scan that rightly let somebody in; null before the first. */
  entry: Scan | null
  isInside: boolean
  problems: ScanProblem[]
}

/** `scans` without those that were undone. */
export function followScans(scans: readonly Scan[], { reEntry }: { reEntry: boolean }): Followed {
  const followed: Followed = { entry: null, isInside: false, problems: [] }
  for (const scan of [...scans].sort(byTime)) {
    if (scan.move === 'out') {
      if (!followed.isInside) followed.problems.push({ kind: 'exit_without_entry', scan })
      followed.isInside = false
    } else if (followed.entry && (followed.isInside || !reEntry)) {
      followed.problems.push({ kind: 'duplicate', scan, entry: followed.entry })
    } else {
      followed.entry = scan
      followed.isInside = true
    }
  }
  return followed
}

/** The order in which scans were made: by time, then by names, so that there is only one. */
export function byTime(one: Scan, other: Scan): number {
  return (
    one.scannedAtMs - other.scannedAtMs ||
    compare(one.device, other.device) ||
    compare(one.nonce, other.nonce) ||
    compare(one.move, other.move)
  )
}

const compare = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0)
