/** How one socket is treated: pinged so that a dead one shows, sent no faster than it reads, heard so often and no more. */
import type { WebSocket } from 'ws'
import type { Clock } from '../platform/clock.ts'
import type { HttpLimits } from './http-limits.ts'

/** Returns what stops it. */
export function keepAlive(socket: WebSocket, pingEveryMs: number): () => void {
  let answered = true
  socket.on('pong', () => {
    answered = true
  })
  const timer = setInterval(() => {
    if (!answered) return socket.terminate()
    answered = false
    socket.ping()
  }, pingEveryMs)
  return () => clearInterval(timer)
}

/** Counts a message with every call; false from the one on that is too many in its window. */
export function countMessages(limits: HttpLimits, clock: Clock): () => boolean {
  let windowEndsMs = 0
  let count = 0
  return () => {
    const nowMs = clock.nowMs()
    if (nowMs >= windowEndsMs) {
      windowEndsMs = nowMs + limits.messageWindowMs
      count = 0
    }
    count += 1
    return count <= limits.messagesPerWindowMax
  }
}

/** The promise tells graphql-ws when the bytes left, so that a slow viewer is not sent more meanwhile. */
export function send(socket: WebSocket, text: string): Promise<void> {
  return new Promise((resolve) => {
    // A socket that closed meanwhile takes its subscriptions with it; nobody waits for this text.
    if (socket.readyState !== socket.OPEN) return resolve()
    socket.send(text, () => resolve())
  })
}
