/** A wire between viewers and the server that can be cut, go dead without a word, and be laid to another server. */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export async function layWire(targetUrl: string) {
  let target = new URL(targetUrl)
  const open = new Set<Socket>()
  const dead = new WeakSet<Socket>()
  let opened = 0
  const server = createServer((client) => {
    opened++
    const upstream = connect(Number(target.port), target.hostname)
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(from)
      from.on('error', () => {})
      from.on('data', (data) => {
        if (!dead.has(from)) to.write(data)
      })
      from.on('close', () => {
        open.delete(from)
        if (!dead.has(from)) to.destroy()
      })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const cut = () => {
    for (const socket of open) socket.destroy()
  }
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    opened: () => opened,
    layTo(url: string) {
      target = new URL(url)
    },
    cut,
    /** Nothing passes any more over the connections that are open, and neither end is told. */
    goDead() {
      for (const socket of open) dead.add(socket)
    },
    async close() {
      server.close()
      cut()
      await once(server, 'close')
    },
  }
}
