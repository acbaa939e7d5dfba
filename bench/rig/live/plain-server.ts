/**
 * graphql-ws as its documentation wires it: `useServer` on a WebSocketServer, with the product's own schema. Every
 * subscriber has an iterator of its own; each change is executed, printed and sent for each of them.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { useServer as serveGraphqlOver } from 'graphql-ws/use/ws'
import { WebSocketServer } from 'ws'
import { schema } from '../../../src/graphql/index.ts'
import { ShowFeed } from '../../../src/live/show-feed.ts'
import { Watcher } from '../../../src/live/watcher.ts'

const { SOCKETS = '', PER_SECOND = '' } = process.env
const feed = new ShowFeed()
feed.hear({ epoch: 1, seq: 0 })
feed.flush()
const desk = {
  leave: (watcher: Watcher) => void feed.watchers.delete(watcher),
  share: () => null,
  readAlone: () => true,
}
const context = {
  loaders: { shows: { load: async () => ({ id: 1, planVersionId: 1, priceListId: 1 }) } },
  deps: {
    seating: { readMap: async () => ({ showId: 1, epoch: 1, seq: 0, statuses: 'a', stale: false }) },
    live: {
      watch() {
        const watcher = new Watcher(desk)
        feed.watchers.add(watcher)
        watcher.offer({ epoch: 1, after: 0, seq: 0, changes: new Map() })
        return watcher
      },
    },
  },
}

const http = createServer()
serveGraphqlOver({ schema, context: () => context }, new WebSocketServer({ server: http, path: '/graphql' }))
let seq = 0
setInterval(() => {
  if (feed.watchers.size < Number(SOCKETS)) return
  const changes = new Map([[seq % 20_000, 'l' as const]])
  feed.receive({ epoch: 1, after: seq, seq: ++seq, changes })
  feed.flush()
}, 1_000 / Number(PER_SECOND))
http.listen(0, '127.0.0.1', () => {
  console.log(JSON.stringify({ listening: (http.address() as AddressInfo).port }))
})
process.on('SIGTERM', () => process.exit(0))
