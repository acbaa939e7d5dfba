/** The two halves of a show's map: the plan, which never changes, and the statuses, which never rest. */
import { useEffect, useState, useSyncExternalStore } from 'react'
import { openShowMap } from '../../api/live-source.ts'
import type { ConnectionState, LiveMap } from '../../live-map/index.ts'
import { fetchPlan } from '../../seat-map/plan.ts'
import { indexPlan, type PlanIndex } from '../../seat-map/plan-index.ts'

export type PlanState =
  | { kind: 'loading' }
  | { kind: 'ready'; index: PlanIndex }
  | { kind: 'failed'; text: string }

/** `retry` grows when the viewer asks to try again. */
export function usePlan(url: string | undefined, retry: number): PlanState {
  const [state, setState] = useState<PlanState>({ kind: 'loading' })
  // biome-ignore lint/correctness/useExhaustiveDependencies: retry is a reason to fetch again, not an input.
  useEffect(() => {
    if (!url) return
    const leaving = new AbortController()
    setState({ kind: 'loading' })
    fetchPlan(url, leaving.signal).then(
      (plan) => setState({ kind: 'ready', index: indexPlan(plan) }),
      (error: unknown) => {
        if (leaving.signal.aborted) return
        setState({ kind: 'failed', text: error instanceof Error ? error.message : String(error) })
      },
    )
    return () => leaving.abort()
  }, [url, retry])
  return state
}

export function useLiveMap(showId: string, wanted: boolean): LiveMap | null {
  const [live, setLive] = useState<LiveMap | null>(null)
  useEffect(() => {
    if (!wanted) return
    const opened = openShowMap(showId)
    setLive(opened)
    return () => {
      opened.close()
      setLive(null)
    }
  }, [showId, wanted])
  return live
}

const connecting: ConnectionState = { kind: 'connecting', problem: null }

export function useTrust(live: LiveMap | null): ConnectionState {
  return useSyncExternalStore(
    (listener) => live?.onState(listener) ?? (() => {}),
    () => live?.state() ?? connecting,
  )
}

/** The statuses for what is written rather than drawn: renewed at most this often. */
const calmMs = 300

export function useCalmStatuses(live: LiveMap | null): Uint8Array | null {
  const [statuses, setStatuses] = useState<Uint8Array | null>(null)
  useEffect(() => {
    if (!live) return
    let timer: ReturnType<typeof setTimeout> | undefined
    const renew = () => {
      timer = undefined
      setStatuses(live.statuses())
    }
    renew()
    const stop = live.onSeats(() => {
      timer ??= setTimeout(renew, calmMs)
    })
    return () => {
      stop()
      clearTimeout(timer)
    }
  }, [live])
  return statuses
}
