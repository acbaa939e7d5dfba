/** What a desk shows of itself, and what it counts of its own scans. */
import type { OwnScan } from './device-store.ts'
import type { Words } from './gate-words.ts'

export interface Answer extends Words {
  nonce: string
  /** Decided without the server. */
  isAlone: boolean
  canUndo: boolean
}

export interface DeskState {
  network: 'asking' | 'online' | 'offline'
  isSignedOut: boolean
  isBusy: boolean
  answer: Answer | null
  move: 'in' | 'out'
  /** By what this device knew when it can check codes alone; null when it cannot. */
  bundleAtMs: number | null
  bundleTrouble: string | null
  mayGoOut: boolean
  counts: { tickets: number; entered: number; inside: number } | null
  own: OwnCounts
}

export interface OwnCounts {
  letIn: number
  waiting: number
  /** Let in here, and found by the server to have been in already. */
  duplicates: number
  /** Not kept by the server. */
  refused: number
}

export const atFirst: DeskState = {
  ...{ network: 'asking', isSignedOut: false, isBusy: false, answer: null, move: 'in' },
  ...{ bundleAtMs: null, bundleTrouble: null, mayGoOut: false, counts: null },
  own: { letIn: 0, waiting: 0, duplicates: 0, refused: 0 },
}

export function countOwn(scans: Iterable<OwnScan>): OwnCounts {
  const own = { ...atFirst.own }
  for (const { move, undone, state, outcome } of scans) {
    if (state === 'waiting') own.waiting += 1
    if (state === 'refused') own.refused += 1
    else if (move === 'in' && !undone) own.letIn += 1
    if (outcome === 'DUPLICATE') own.duplicates += 1
  }
  return own
}
