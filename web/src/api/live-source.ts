/** The live maps of this page: one socket for all of them, with the guest's token where there is one. */
import { createClient } from 'graphql-ws'
import { graphqlWsFrames, httpSnapshots, type LiveMap, openLiveMap, openSocket } from '../live-map/index.ts'
import { forgetSession, presentToken } from './guest-session.ts'

const frames = graphqlWsFrames(
  openSocket(createClient, {
    url: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/graphql`,
    token(wanted) {
      if (wanted === 'refused') forgetSession()
      return presentToken()
    },
  }),
)
const snapshots = httpSnapshots({ api: '' })

export function openShowMap(showId: string): LiveMap {
  return openLiveMap({ showId, frames, snapshots })
}
