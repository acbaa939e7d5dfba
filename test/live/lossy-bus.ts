/**
 * A Redis that loses published messages on the way to whoever follows a channel: some at random, or all while told to.
 * Everything else passes, so that a message which is lost is lost without a trace.
 */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** After one character that says which version of the protocol it is. */
const push = Buffer.from('3\r\n$8\r\nsmessage\r\n')

export async function lossyBus(targetUrl: string, random: () => number) {
  const target = new URL(targetUrl)
  const open = new Set<Socket>()
  let share = 0
  let lost = 0
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname)
    let follows = false
    let rest = Buffer.alloc(0)
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
      follows ||= data.includes('ssubscribe')
      upstream.write(data)
    })
    upstream.on('data', (data: Buffer) => {
      if (!follows) return void client.write(data)
      rest = Buffer.concat([rest, data])
      for (;;) {
        const at = rest.indexOf(push) - 1
        if (at !== 0) {
          const before = at < 0 ? rest : rest.subarray(0, at)
          client.write(before)
          rest = rest.subarray(before.length)
          if (at < 0) return
        }
        const end = endOfMessage(rest)
        if (end === null) return
        if (random() < share) lost += 1
        else client.write(rest.subarray(0, end))
        rest = rest.subarray(end)
      }
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = new URL(targetUrl)
  url.port = String((server.address() as AddressInfo).port)
  return {
    url: url.href,
    lost: () => lost,
    /** From 0 to 1. */
    lose(part: number) {
      share = part
    },
    async close() {
      server.close()
      for (const socket of open) socket.destroy()
      await once(server, 'close')
    },
  }
}

/** Where a push ends: after the two strings, channel and message, that follow its name. Null: it is not all there. */
function endOfMessage(bytes: Buffer): number | null {
  let at = 1 + push.length
  for (let part = 0; part < 2; part++) {
    const lineEnd = bytes.indexOf('\r\n', at)
    if (lineEnd < 0) return null
    at = lineEnd + 2 + Number(bytes.toString('latin1', at + 1, lineEnd)) + 2
  }
  return at <= bytes.length ? at : null
}
