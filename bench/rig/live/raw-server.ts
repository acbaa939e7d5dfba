/**
 * The limit of WebSockets in Node: `ws`, one message of so many bytes, framed once, written to every socket so many times
 * a second. No GraphQL, no limits, nothing decided.
 */

import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'

const { SOCKETS = '', WIRE_BYTES = '', PER_SECOND = '' } = process.env
const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false })
const open: { socket: WebSocket; connection: Duplex }[] = []
server.on('connection', (socket, request) => {
  socket.on('error', () => {})
  open.push({ socket, connection: request.socket })
})

const textBytes = Number(WIRE_BYTES) - (Number(WIRE_BYTES) > 127 ? 4 : 2)
const header = textBytes < 126 ? [0x81, textBytes] : [0x81, 126, textBytes >> 8, textBytes & 255]
const frame = Buffer.concat([Buffer.from(header), Buffer.alloc(textBytes, 'x')])

setInterval(() => {
  if (open.length < Number(SOCKETS)) return
  for (const { socket, connection } of open) if (socket.readyState === socket.OPEN) connection.write(frame)
}, 1_000 / Number(PER_SECOND))

server.on('listening', () => {
  console.log(JSON.stringify({ listening: (server.address() as AddressInfo).port }))
})
process.on('SIGTERM', () => process.exit(0))
