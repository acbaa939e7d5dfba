/** A WebSocket that costs its process little: for thousands of viewers in one load generator. Reads whole messages only. */
import { randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'

export interface SocketEvents {
  open(): void
  /** The text of a message, and how many bytes came over the wire for it. */
  message(text: Buffer, wireBytes: number): void
  close(why: string): void
}

export function openSocket(
  { hostname, port }: URL,
  headers: Record<string, string>,
  events: SocketEvents,
): { send(text: string): void; end(): void } {
  let rest: Buffer | null = null
  let open = false
  const socket: Socket = connect(Number(port), hostname, () => {
    const lines = Object.entries({
      ...{ host: `${hostname}:${port}`, upgrade: 'websocket', connection: 'Upgrade' },
      'sec-websocket-key': randomBytes(16).toString('base64'),
      'sec-websocket-version': '13',
      ...headers,
    }).map(([name, value]) => `${name}: ${value}\r\n`)
    socket.write(`GET /graphql HTTP/1.1\r\n${lines.join('')}\r\n`)
  })
  socket.setNoDelay(true)
  socket.on('error', (error) => events.close(error.message))
  socket.on('close', () => events.close('The server hung up'))
  socket.on('data', (data: Buffer) => {
    let bytes = rest ? Buffer.concat([rest, data]) : data
    rest = null
    if (!open) {
      const end = bytes.indexOf('\r\n\r\n')
      if (end < 0) {
        rest = bytes
        return
      }
      const status = bytes.subarray(0, 12).toString()
      if (status !== 'HTTP/1.1 101') return events.close(status)
      open = true
      events.open()
      bytes = bytes.subarray(end + 4)
    }
    rest = readMessages(bytes)
  })

  /** Returns what is no whole message yet. */
  function readMessages(bytes: Buffer): Buffer | null {
    let at = 0
    while (bytes.length - at >= 2) {
      const opcode = (bytes[at] ?? 0) & 15
      let length = (bytes[at + 1] ?? 0) & 127
      let from = at + 2
      if (length === 126) {
        if (bytes.length - at < 4) break
        length = bytes.readUInt16BE(from)
        from += 2
      } else if (length === 127) {
        if (bytes.length - at < 10) break
        length = Number(bytes.readBigUInt64BE(from))
        from += 8
      }
      if (bytes.length - from < length) break
      const payload = bytes.subarray(from, from + length)
      if (opcode === 1) events.message(payload, from + length - at)
      else if (opcode === 9) socket.write(masked(10, payload))
      else if (opcode === 8) events.close(`closed with ${length >= 2 ? payload.readUInt16BE(0) : 'no code'}`)
      at = from + length
    }
    return at < bytes.length ? bytes.subarray(at) : null
  }

  return { send: (text) => socket.write(masked(1, Buffer.from(text))), end: () => socket.destroy() }
}

/** A client's frame; a mask of zeros leaves the payload as it is. */
function masked(opcode: number, payload: Buffer): Buffer {
  const long = payload.length > 125
  const header = Buffer.alloc(long ? 8 : 6)
  header[0] = 0x80 | opcode
  header[1] = 0x80 | (long ? 126 : payload.length)
  if (long) header.writeUInt16BE(payload.length, 2)
  return Buffer.concat([header, payload])
}
