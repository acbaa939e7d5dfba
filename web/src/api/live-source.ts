/** Where the live map's frames and snapshots come from: graphql-ws for the one, plain HTTP for the other. */
import { type Client, CloseCode, createClient } from 'graphql-ws'
import { graphql } from '../generated/index.ts'
import {
  type LiveMapSource,
  type Position,
  parseChanges,
  type Snapshot,
  unpackStatuses,
} from '../live-map/index.ts'
import { ask } from './client.ts'
import { forgetSession, presentToken } from './guest-session.ts'

const watchSeats = graphql(`
  subscription WatchSeats($showId: ID!) {
    seatStatusChanged(showId: $showId) { epoch after seq changes }
  }
`)

const seatMapNow = graphql(`
  query SeatMapNow($showId: ID!, $notBefore: SeatMapPositionInput) {
    seatMap(showId: $showId, notBefore: $notBefore) { epoch seq statuses stale }
  }
`)

const snapshotMsMax = 10_000
const pingMs = 12_000
const pongMsMax = 5_000

/** One socket for the page, opened with the first show that is watched and closed with the last. */
const sockets: Client = createClient({
  url: () => `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/graphql`,
  connectionParams: () => {
    const token = presentToken()
    return token ? { authorization: `Bearer ${token}` } : {}
  },
  // Whoever watches decides when to come back, so an ended socket is simply told.
  retryAttempts: 0,
  connectionAckWaitTimeout: 10_000,
  keepAlive: pingMs,
  on: watchPongs(),
})

export function liveSource(showId: string): LiveMapSource {
  return {
    watch(onFrame, onEnd) {
      let ended = false
      const end = () => {
        if (ended) return
        ended = true
        onEnd()
      }
      return sockets.subscribe<{
        seatStatusChanged: { epoch: number; after: number; seq: number; changes: string }
      }>(
        { query: String(watchSeats), variables: { showId } },
        {
          next({ data }) {
            if (!data) return
            const { epoch, after, seq, changes } = data.seatStatusChanged
            onFrame({ epoch, after, seq, changes: parseChanges(changes) })
          },
          error: end,
          complete: end,
        },
      )
    },
    async snapshot(notBefore, signal) {
      const cached = await fetchMap(showId, signal)
      return isOlder(cached, notBefore) ? askMap(showId, notBefore) : cached
    },
  }
}

async function fetchMap(showId: string, signal: AbortSignal): Promise<Snapshot> {
  const response = await fetch(`/v1/shows/${encodeURIComponent(showId)}/seats`, {
    signal: AbortSignal.any([signal, AbortSignal.timeout(snapshotMsMax)]),
  })
  if (!response.ok) throw new Error(`The seats could not be loaded (${response.status}).`)
  const map = (await response.json()) as { epoch: number; seq: number; stale: boolean; statuses: string }
  return { epoch: map.epoch, seq: map.seq, stale: map.stale, statuses: unpackStatuses(map.statuses) }
}

/** The plain route may answer from a cache; this one may not be older than asked. */
async function askMap(showId: string, notBefore: Position | null): Promise<Snapshot> {
  const { seatMap } = await ask(seatMapNow, { showId, notBefore })
  if (!seatMap) throw new Error('The show is no longer sold by seat.')
  return { ...seatMap, statuses: unpackStatuses(seatMap.statuses) }
}

function isOlder(snapshot: Snapshot, position: Position | null): boolean {
  if (!position) return false
  return snapshot.epoch < position.epoch || (snapshot.epoch === position.epoch && snapshot.seq < position.seq)
}

/** A socket that does not answer a ping is half dead: it is closed, so that its watchers hear of it. */
function watchPongs() {
  let socket: WebSocket | null = null
  let overdue: ReturnType<typeof setTimeout> | undefined
  return {
    connected: (opened: unknown) => {
      socket = opened as WebSocket
    },
    ping: (received: boolean) => {
      if (received) return
      clearTimeout(overdue)
      overdue = setTimeout(() => {
        if (socket?.readyState === WebSocket.OPEN) socket.close(4408, 'No pong')
      }, pongMsMax)
    },
    pong: (received: boolean) => {
      if (received) clearTimeout(overdue)
    },
    closed: (event: unknown) => {
      clearTimeout(overdue)
      socket = null
      if (event instanceof CloseEvent && event.code === CloseCode.Unauthorized) forgetSession()
    },
  }
}
