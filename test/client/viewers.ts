/** Viewers as applications have them: the client over graphql-ws, over urql, and over the shape of Apollo Client. */
import { createClient, type Client as GraphqlWs } from 'graphql-ws'
import { Client, type ExecutionResult, subscriptionExchange } from 'urql'
import { vi } from 'vitest'
import { WebSocket } from 'ws'
import {
  apolloFrames,
  type ConnectionState,
  type FrameStream,
  graphqlWsFrames,
  httpSnapshots,
  type LiveMap,
  openLiveMap,
  openSocket,
  type SocketSettings,
  urqlFrames,
} from '../../client/src/index.ts'
import { ApolloDouble, gql } from './apollo-double.ts'

export const libraries: Record<string, (socket: GraphqlWs) => FrameStream> = {
  'graphql-ws': graphqlWsFrames,
  urql: (socket) => urqlFrames(urqlOver(socket)),
  'Apollo Client’s shape': (socket) => apolloFrames(new ApolloDouble(socket), gql),
}

function urqlOver(socket: GraphqlWs): Client {
  return new Client({
    url: 'http://unused.invalid/graphql',
    preferGetMethod: false,
    exchanges: [
      subscriptionExchange({
        forwardSubscription: ({ query = '', variables = {} }) => ({
          subscribe: (sink) => ({
            unsubscribe: socket.subscribe(
              { query, variables },
              { ...sink, next: (result) => sink.next(result as ExecutionResult) },
            ),
          }),
        }),
      }),
    ],
  })
}

export interface Viewer {
  map: LiveMap
  /** Every state it was in, beginning with the present one when it was opened. */
  states: ConnectionState[]
  letters(seatCount: number): string
  /** How many requests for snapshots it made. */
  asked(): number
  close(): Promise<void>
}

export function openViewer(
  api: string,
  showId: string,
  library: (socket: GraphqlWs) => FrameStream = graphqlWsFrames,
  token?: SocketSettings['token'],
): Viewer {
  const socket = openSocket(createClient, {
    url: `${api.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    ...(token ? { token } : {}),
  })
  let asked = 0
  const snapshots = httpSnapshots({
    api,
    fetch: (input, init) => {
      asked++
      return fetch(input, init)
    },
  })
  const map = openLiveMap({ showId, frames: library(socket), snapshots })
  const states = [map.state()]
  map.onState((state) => states.push(state))
  return {
    map,
    states,
    letters: (seatCount) =>
      Array.from({ length: seatCount }, (_, seatNo) => 'albn'[map.statusOf(seatNo)]).join(''),
    asked: () => asked,
    async close() {
      map.close()
      // A socket that never came to be is not waited for.
      socket.terminate()
    },
  }
}

export function untilState(viewer: Viewer, kind: ConnectionState['kind'], timeout = 10_000): Promise<void> {
  return vi.waitFor(
    () => {
      const state = viewer.map.state()
      if (state.kind !== kind) throw new Error(`The map is ${JSON.stringify(state)}, not ${kind}`)
    },
    { timeout, interval: 20 },
  )
}
