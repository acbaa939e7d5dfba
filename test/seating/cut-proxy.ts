/**
 * A TCP proxy in front of a server that can swallow answers: once, and then cut the connection (the lost COMMIT answer), or
 * for good (the half-open connection).
 */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export async function cutProxy(targetUrl: string) {
  const target = new URL(targetUrl)
  const open = new Set<Socket>()
  let cutAt: string | null = null
  let cuts = 0
  const silenced = new WeakSet<Socket>()

  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname)
    let swallowing = false
    for (const socket of [client, upstream]) {
      open.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        open.delete(socket)
        client.destroy()
        upstream.destroy()
      })
    }
    client.on('data', (data) => {
      if (cutAt !== null && data.includes(cutAt)) {
        swallowing = true
        cutAt = null
      }
      upstream.write(data)
    })
    upstream.on('data', (data) => {
      if (silenced.has(upstream)) return
      if (!swallowing) return void client.write(data)
      // The server has answered, so it has committed; the client never hears of it.
      cuts += 1
      client.destroy()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = new URL(targetUrl)
  url.port = String((server.address() as AddressInfo).port)
  return {
    url: url.href,
    /** Loses the answer to the next message that contains `text`. */
    loseAnswerTo(text: string) {
      cutAt = text
    },
    cuts: () => cuts,
    /** From now on nothing comes back over the connections that are open: the other end is gone without a word. */
    silence() {
      for (const socket of open) silenced.add(socket)
    },
    async close() {
      for (const socket of open) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
