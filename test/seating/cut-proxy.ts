/** A TCP proxy in front of a server that can swallow answers and then cut the connection: the lost COMMIT answer. */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export async function cutProxy(targetUrl: string) {
  const target = new URL(targetUrl)
  const open = new Set<Socket>()
  let cutAt: string | null = null
  let cuts = 0

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
    async close() {
      for (const socket of open) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
