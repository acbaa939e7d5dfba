/**
 * A seat map that keeps itself true: opens the stream, follows it by the rule of `live-map-state.ts`, fetches
 * snapshots when told to, and says how much it can be trusted. It knows no page and no transport library:
 * whoever opens it brings the two calls and, in tests, the clock.
 */
import { liveMapLimits, reopenDelayMs, resyncDelayMs } from './live-map-limits.ts'
import {
  emptyLiveMap,
  type LiveMapEffect,
  type LiveMapEvent,
  type LiveMapState,
  stepLiveMap,
} from './live-map-state.ts'
import type { SeatCode, SeatFrame } from './seat-frame.ts'
import { type Position, type Snapshot, statusAt } from './snapshot.ts'

export interface LiveMapSource {
  /** Opens the stream. `onEnd` is called once, for whatever reason it ended; the returned function ends it. */
  watch(onFrame: (frame: SeatFrame) => void, onEnd: () => void): () => void
  /** A whole map, never older than `notBefore`. */
  snapshot(notBefore: Position | null, signal: AbortSignal): Promise<Snapshot>
}

export interface Timers {
  nowMs(): number
  random(): number
  /** Runs `action` later and returns how to call it off. */
  after(delayMs: number, action: () => void): () => void
}

export type LiveMapTrust =
  | { kind: 'connecting' }
  | { kind: 'live' }
  /** The map is shown as it was; `sinceMs` is when the stream was last heard, on the clock of the timers. */
  | { kind: 'stale'; sinceMs: number }

export type SeatsChanged = (changed: readonly number[] | 'all') => void

export interface LiveMap {
  statusOf(seatNo: number): SeatCode
  /** The statuses by seat_no, or null before the first snapshot. A new array after every change. */
  statuses(): Uint8Array | null
  trust(): LiveMapTrust
  onSeats(listener: SeatsChanged): () => void
  onTrust(listener: () => void): () => void
  close(): void
}

const browserTimers: Timers = {
  nowMs: () => performance.now(),
  random: () => Math.random(),
  after(delayMs, action) {
    const id = setTimeout(action, delayMs)
    return () => clearTimeout(id)
  },
}

export function openLiveMap(source: LiveMapSource, timers: Timers = browserTimers): LiveMap {
  const seatListeners = new Set<SeatsChanged>()
  const trustListeners = new Set<() => void>()
  const closing = new AbortController()
  let state: LiveMapState = emptyLiveMap
  let trust: LiveMapTrust = { kind: 'connecting' }
  let heardAtMs: number | null = null
  let silent = false
  let endStream = () => {}
  let cancelReopen = () => {}
  let cancelSnapshot = () => {}
  let cancelSilence = () => {}

  function send(event: LiveMapEvent): void {
    if (closing.signal.aborted) return
    const step = stepLiveMap(state, event)
    state = step.state
    for (const effect of step.effects) run(effect)
    if (step.changed === 'all' || step.changed.length > 0) {
      for (const listener of seatListeners) listener(step.changed)
    }
    judgeTrust()
  }

  function run(effect: LiveMapEffect): void {
    if (effect.type === 'cancelSnapshot') {
      cancelSnapshot()
      return
    }
    if (effect.type === 'scheduleSnapshot') {
      const delayMs = resyncDelayMs(effect.attempt, timers.random())
      cancelSnapshot = timers.after(delayMs, () => send({ type: 'snapshotDue' }))
      return
    }
    source.snapshot(effect.notBefore, closing.signal).then(
      (snapshot) => send({ type: 'snapshot', snapshot }),
      () => send({ type: 'snapshotFailed' }),
    )
  }

  function openStream(attempt: number): void {
    let framesHeard = 0
    endStream = source.watch(
      (frame) => {
        framesHeard++
        heardAtMs = timers.nowMs()
        silent = false
        cancelSilence()
        cancelSilence = timers.after(liveMapLimits.silenceMs, fallSilent)
        send({ type: 'frame', frame })
      },
      () => {
        if (closing.signal.aborted) return
        const next = framesHeard > 0 ? 0 : attempt + 1
        cancelReopen = timers.after(reopenDelayMs(next, timers.random()), () => openStream(next))
      },
    )
  }

  function fallSilent(): void {
    silent = true
    judgeTrust()
  }

  function judgeTrust(): void {
    const next = trustNow()
    const same =
      next.kind === trust.kind &&
      (next.kind !== 'stale' || trust.kind !== 'stale' || next.sinceMs === trust.sinceMs)
    if (same) return
    trust = next
    for (const listener of trustListeners) listener()
  }

  function trustNow(): LiveMapTrust {
    if (!state.map || heardAtMs === null) return { kind: 'connecting' }
    const behind = state.map.stale || (state.resync.kind !== 'none' && state.resync.attempt > 0)
    if (!silent && !behind) return { kind: 'live' }
    return { kind: 'stale', sinceMs: trust.kind === 'stale' ? trust.sinceMs : heardAtMs }
  }

  send({ type: 'opened' })
  openStream(0)

  return {
    statusOf: (seatNo) => (state.map ? statusAt(state.map.statuses, seatNo) : 3),
    statuses: () => state.map?.statuses ?? null,
    trust: () => trust,
    onSeats: (listener) => subscribe(seatListeners, listener),
    onTrust: (listener) => subscribe(trustListeners, listener),
    close() {
      closing.abort()
      for (const cancel of [endStream, cancelReopen, cancelSnapshot, cancelSilence]) cancel()
      seatListeners.clear()
      trustListeners.clear()
    },
  }
}

function subscribe<L>(listeners: Set<L>, listener: L): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
