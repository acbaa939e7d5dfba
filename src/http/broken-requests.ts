/**
 * What is said to a connection whose request never became one: no HTTP, headers without end, or nothing for too long.
 * The same shape as every other error, and then the connection ends. Nothing of it is logged: anybody can send it.
 */
import type { Socket } from 'node:net'

interface Broken {
  status: string
  code: string
  message: string
}

const notHttp: Broken = {
  status: '400 Bad Request',
  code: 'BAD_REQUEST',
  message: 'This is no HTTP/1.1 request. Send GraphQL operations as POST /graphql with a JSON body.',
}

const knownReasons: Record<string, Broken> = {
  HPE_HEADER_OVERFLOW: {
    status: '431 Request Header Fields Too Large',
    code: 'HEADERS_TOO_LARGE',
    message: 'The path and headers of a request have at most 16 kB together. Send operations in a POST body.',
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: '408 Request Timeout',
    code: 'REQUEST_TOO_SLOW',
    message: 'The request did not arrive whole in time. Send it again.',
  },
}

export function answerBrokenRequest(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return
  const { status, code, message } = knownReasons[error.code ?? ''] ?? notHttp
  const body = JSON.stringify({ errors: [{ message, extensions: { code } }] })
  const head = [
    `HTTP/1.1 ${status}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ]
  if (socket.writable) socket.write(`${head.join('\r\n')}\r\n\r\n${body}`)
  socket.destroySoon()
}
