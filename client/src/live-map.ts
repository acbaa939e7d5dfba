/**
 * A seat map that keeps itself true: opens the stream, follows it by the rule of `map-state.ts`, takes snapshots when
 * told to, and says how far it can be trusted. It knows no page and no library: whoever opens it brings the stream, the
 * snapshots and, in tests, the clock.
 */
import { type ConnectionState, judgeState } from './connection-state.ts'
import type { FrameStream } from './frame-stream.ts'
import { keepStream } from './keep-stream.ts'
import { clientLimits as limits } from './limits.ts'
import { type Changed, MapState, type Step } from './map-state.ts'
import { snapshotPauseMs } from './pauses.ts'
import type { Position } from './position.ts'
import { type Problem, problemOf } from './problem.ts'
import { type SeatCode, seatCodes } from './seat-status.ts'
import { SnapshotFailed, type SnapshotSource } from './snapshot-source.ts'
import { systemTimers, type Timers, watchSilence } from './timers.ts'

export interface LiveMapOptions {
  showId: string
  frames: FrameStream
  snapshots: SnapshotSource
  timers?: Timers
}

/** The seats whose status may differ from before, once per frame; `all` with the first map, or one of another size. */
export type SeatsChanged = (changed: Changed) => void

export interface LiveMap {
  /** Not for sale where the map has no such seat, or is not there yet. */
  statusOf(seatNo: number): SeatCode
  /** A copy of all statuses by seat number; null before the first snapshot. Costs a byte a seat: `statusOf` is free. */
  statuses(): Uint8Array | null
  /** Where the map stands, for `notBefore` of questions that must not be answered with less. */
  position(): Position | null
  /** The same object until it changes. */
  state(): ConnectionState
  /** Returns what ends it, as does `onState`. */
  onSeats(listener: SeatsChanged): () => void
  onState(listener: (state: ConnectionState) => void): () => void
  /** Tries at once instead of waiting for the next attempt: the network is back, the page is looked at again. */
  retryNow(): void
  /** Ends everything. Nothing is called afterwards. */
  close(): void
}

export function openLiveMap({ showId, frames, snapshots, timers = systemTimers }: LiveMapOptions): LiveMap {
  const map = new MapState()
  const seatListeners = new Set<SeatsChanged>()
  const stateListeners = new Set<(state: ConnectionState) => void>()
  let state: ConnectionState = { kind: 'connecting', problem: null }
  let closed = false
  let silent = false
  let heardAtMs: number | null = null
  let mapAtMs: number | null = null
  let behindSinceMs: number | null = null
  let streamProblem: Problem | null = null
  let snapshotProblem: Problem | null = null
  let cancelDue = () => {}
  let cancelFetch = () => {}
  let cancelBehind: (() => void) | null = null

  const silence = watchSilence(timers, limits.silenceMs, () => {
    silent = true
    tellState()
  })

  function take({ errand, changed }: Step): void {
    if (errand.do !== 'nothing') cancelDue()
    if (errand.do === 'wait') {
      cancelDue = timers.after(waitMs(errand.attempt), () => take(map.snapshotDue()))
    }
    if (errand.do === 'fetch') fetchSnapshot(errand.notBefore)
    watchBehind()
    if (changed === 'all' || changed.length > 0) tell(seatListeners, changed)
    tellState()
  }

  function waitMs(attempt: number): number {
    if (attempt === 0 && !map.position) return limits.firstFrameMs
    return snapshotPauseMs(snapshotProblem, attempt, timers.random())
  }

  function fetchSnapshot(notBefore: Position | null): void {
    const asking = new AbortController()
    // The one that is awaited; an answer that comes after its time is not looked at.
    const settle = (step: () => Step) => {
      if (asking.signal.aborted) return
      cancelFetch()
      take(step())
    }
    const failed = (problem: Problem) =>
      settle(() => {
        snapshotProblem = problem
        return map.snapshotFailed()
      })
    const cancelLimit = timers.after(limits.snapshotMsMax, () =>
      failed({ code: null, message: 'The seats took too long to load.', retryAfterMs: null }),
    )
    cancelFetch = () => {
      cancelLimit()
      asking.abort()
    }
    snapshots.take(showId, notBefore, asking.signal).then(
      (snapshot) =>
        settle(() => {
          mapAtMs = timers.nowMs()
          snapshotProblem = null
          return map.snapshot(snapshot)
        }),
      (error: unknown) => failed(error instanceof SnapshotFailed ? error.problem : problemOf(error)),
    )
  }

  function watchBehind(): void {
    if (map.isBehind === (cancelBehind !== null)) return
    cancelBehind?.()
    cancelBehind = null
    behindSinceMs = null
    if (!map.isBehind) return
    const sinceMs = timers.nowMs()
    cancelBehind = timers.after(limits.behindMs, () => {
      behindSinceMs = sinceMs
      tellState()
    })
  }

  function tellState(): void {
    if (closed) return
    const next = judgeState(state, {
      hasMap: map.position !== null,
      heard: heardAtMs !== null,
      silentSinceMs: silent ? (heardAtMs ?? mapAtMs) : null,
      behindSinceMs,
      fromClaimsSinceMs: map.isFromClaims ? mapAtMs : null,
      problem: streamProblem ?? snapshotProblem,
    })
    if (next === state) return
    state = next
    tell(stateListeners, next)
  }

  take(map.opened())
  const stream = keepStream(
    (frame, ended) => frames.watch(showId, frame, ended),
    {
      frame(frame) {
        heardAtMs = timers.nowMs()
        silent = false
        streamProblem = null
        silence.heard()
        take(map.frame(frame))
      },
      ended(problem) {
        streamProblem = problem
        tellState()
      },
    },
    timers,
  )

  return {
    statusOf: (seatNo) => (map.statuses?.[seatNo] ?? seatCodes.notForSale) as SeatCode,
    statuses: () => map.statuses?.slice() ?? null,
    position: () => (map.position ? { ...map.position } : null),
    state: () => state,
    onSeats: (listener) => subscribe(seatListeners, listener),
    onState: (listener) => subscribe(stateListeners, listener),
    retryNow() {
      if (closed) return
      stream.hurry()
      take(map.snapshotDue())
    },
    close() {
      if (closed) return
      closed = true
      seatListeners.clear()
      stateListeners.clear()
      stream.stop()
      silence.stop()
      for (const cancel of [cancelDue, cancelFetch]) cancel()
      cancelBehind?.()
    },
  }
}

function subscribe<Listener>(listeners: Set<Listener>, listener: Listener): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

/** A listener that throws is the application's fault: it is reported as uncaught, and the others still hear. */
function tell<Told>(listeners: Set<(told: Told) => void>, told: Told): void {
  for (const listener of [...listeners]) {
    try {
      listener(told)
    } catch (error) {
      queueMicrotask(() => {
        throw error
      })
    }
  }
}
