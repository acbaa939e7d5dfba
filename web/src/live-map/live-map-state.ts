/**
 * The viewer's half of the promise that every map converges, without clock, socket or randomness.
 *
 * A viewer at position `s` does one of three things with a frame `(after, seq]` of its epoch: it drops the
 * frame when `seq <= s`, applies it when `after <= s < seq` (an overlap repeats what is known and is
 * harmless), and otherwise knows that something is missing and asks for a snapshot. A higher epoch means the
 * ledger was rebuilt, so only a snapshot will do; a lower one is an echo and is dropped.
 *
 * A snapshot is asked for once at a time: `resync` is none, waiting (a delay with jitter runs, so that many
 * viewers do not ask in the same moment) or fetching. Frames that arrive meanwhile are merged into one
 * `pending` frame, so what follows the snapshot is not lost while it travels; where they do not connect, the
 * later one stands and the snapshot must reach it. A snapshot older than the map is refused, because a viewer
 * never goes back.
 */
import { mergeFrames, type SeatFrame } from './seat-frame.ts'
import { comparePositions, type Position, type Snapshot } from './snapshot.ts'

export interface LiveMapState {
  /** The map as known, or null before the first snapshot. Never changed in place. */
  map: Snapshot | null
  resync: { kind: 'none' } | { kind: 'waiting' | 'fetching'; attempt: number }
  pending: SeatFrame | null
}

export type LiveMapEvent =
  | { type: 'opened' }
  | { type: 'frame'; frame: SeatFrame }
  | { type: 'snapshotDue' }
  | { type: 'snapshot'; snapshot: Snapshot }
  | { type: 'snapshotFailed' }

export type LiveMapEffect =
  /** Send `snapshotDue` after a delay: short with jitter for attempt 0, growing with each failed attempt. */
  | { type: 'scheduleSnapshot'; attempt: number }
  | { type: 'cancelSnapshot' }
  | { type: 'fetchSnapshot'; notBefore: Position | null }

export interface LiveMapStep {
  state: LiveMapState
  effects: LiveMapEffect[]
  /** Seats whose status may differ from before, `'all'` after a snapshot. */
  changed: readonly number[] | 'all'
}

export const emptyLiveMap: LiveMapState = { map: null, resync: { kind: 'none' }, pending: null }

export function stepLiveMap(state: LiveMapState, event: LiveMapEvent): LiveMapStep {
  switch (event.type) {
    case 'opened':
      if (state.map || state.resync.kind !== 'none') return unchanged(state)
      return fetchNow(state, 0)
    case 'frame':
      return takeFrame(state, event.frame)
    case 'snapshotDue':
      if (state.resync.kind !== 'waiting') return unchanged(state)
      return fetchNow(state, state.resync.attempt)
    case 'snapshot':
      return takeSnapshot(state, event.snapshot)
    case 'snapshotFailed':
      return waitLonger(state)
  }
}

function takeFrame(state: LiveMapState, frame: SeatFrame): LiveMapStep {
  const verdict = judge(state.map, frame)
  if (verdict === 'drop') return unchanged(state)
  if (verdict === 'apply') return settle(applyFrame(state, frame))
  const pending = keepPending(state.pending, frame)
  if (state.resync.kind !== 'none') return unchanged({ ...state, pending })
  // Before the first snapshot there is nothing to spread out: the viewer waits for its first picture.
  if (!state.map) return fetchNow({ ...state, pending }, 0)
  return {
    state: { ...state, pending, resync: { kind: 'waiting', attempt: 0 } },
    effects: [{ type: 'scheduleSnapshot', attempt: 0 }],
    changed: [],
  }
}

function takeSnapshot(state: LiveMapState, snapshot: Snapshot): LiveMapStep {
  if (state.map && comparePositions(snapshot, state.map) < 0) {
    return state.pending ? waitLonger(state) : unchanged({ ...state, resync: { kind: 'none' } })
  }
  const step = settle({
    state: { ...state, map: snapshot },
    effects: [],
    changed: 'all',
  })
  if (step.state.pending) return { ...waitLonger(step.state), changed: 'all' }
  return { ...step, state: { ...step.state, resync: { kind: 'none' } }, effects: [] }
}

/** Applies what was waiting once the map has reached it; a resync that has not left yet is called off. */
function settle(step: LiveMapStep): LiveMapStep {
  const { pending } = step.state
  if (!pending) return step
  const verdict = judge(step.state.map, pending)
  if (verdict === 'resync') return step
  const cleared = { ...step.state, pending: null }
  const applied = verdict === 'apply' ? applyFrame(cleared, pending) : unchanged(cleared)
  const waiting = step.state.resync.kind === 'waiting'
  return {
    state: waiting ? { ...applied.state, resync: { kind: 'none' } } : applied.state,
    effects: waiting ? [...step.effects, { type: 'cancelSnapshot' }] : step.effects,
    changed: step.changed === 'all' ? 'all' : [...step.changed, ...(applied.changed as readonly number[])],
  }
}

function judge(map: Snapshot | null, frame: SeatFrame): 'drop' | 'apply' | 'resync' {
  if (!map || frame.epoch > map.epoch) return 'resync'
  if (frame.epoch < map.epoch || frame.seq <= map.seq) return 'drop'
  return frame.after <= map.seq ? 'apply' : 'resync'
}

function applyFrame(state: LiveMapState, frame: SeatFrame): LiveMapStep {
  if (!state.map) return unchanged(state)
  const statuses = state.map.statuses.slice()
  const changed: number[] = []
  for (const [seatNo, code] of frame.changes) {
    if (statuses[seatNo] === code) continue
    statuses[seatNo] = code
    changed.push(seatNo)
  }
  // A frame comes from the ledger, so a map that was read from the claims is fresh again.
  return {
    state: { ...state, map: { ...state.map, seq: frame.seq, statuses, stale: false } },
    effects: [],
    changed,
  }
}

/** A frame of an older epoch never replaces one of a newer, and a gap leaves only the later part. */
function keepPending(pending: SeatFrame | null, frame: SeatFrame): SeatFrame {
  if (!pending || frame.epoch > pending.epoch) return frame
  if (frame.epoch < pending.epoch || frame.seq <= pending.seq) return pending
  return mergeFrames(pending, frame) ?? frame
}

function fetchNow(state: LiveMapState, attempt: number): LiveMapStep {
  const notBefore = state.pending ? { epoch: state.pending.epoch, seq: state.pending.after } : null
  return {
    state: { ...state, resync: { kind: 'fetching', attempt } },
    effects: [{ type: 'fetchSnapshot', notBefore }],
    changed: [],
  }
}

function waitLonger(state: LiveMapState): LiveMapStep {
  const attempt = state.resync.kind === 'none' ? 0 : state.resync.attempt + 1
  return {
    state: { ...state, resync: { kind: 'waiting', attempt } },
    effects: [{ type: 'scheduleSnapshot', attempt }],
    changed: [],
  }
}

function unchanged(state: LiveMapState): LiveMapStep {
  return { state, effects: [], changed: [] }
}
