/** A TCP proxy in front of a server that is there, is gone (connections are cut and refused), or says nothing any more. */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export async function gatedProxy(targetUrl: string) {
  const target = new URL(targetUrl)
  const sockets = new Set<Socket>()
  let isSilent = false

  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname)
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from)
      from.on('data', (data) => isSilent || to.write(data))
      from.on('error', () => {})
      from.on('close', () => {
        sockets.delete(from)
        to.destroy()
      })
    }
  })
  const listen = async (port: number) => {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  }
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  const port = await listen(0)
  const url = new URL(targetUrl)
  url.port = String(port)

  return {
    url: url.href,
    async shut() {
      const closed = once(server, 'close')
      server.close()
      cut()
      await closed
    },
    async open() {
      isSilent = false
      if (server.listening) cut()
      else await listen(port)
    },
    silence() {
      isSilent = true
    },
    async close() {
      if (server.listening) await this.shut()
    },
  }
}
