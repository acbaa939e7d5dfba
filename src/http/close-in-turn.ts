/** Ends many sockets a part at a time, so that neither this process nor the one they move to meets all of them at once. */
import { setTimeout as pause } from 'node:timers/promises'
import type { WebSocket } from 'ws'
import type { HttpLimits } from './http-limits.ts'

export async function closeInTurn(
  sockets: ReadonlySet<WebSocket>,
  { socketsClosedAtOnceMax, betweenClosesMs }: HttpLimits,
  close: (socket: WebSocket) => void,
): Promise<void> {
  const open = [...sockets]
  for (let from = 0; from < open.length; from += socketsClosedAtOnceMax) {
    if (from > 0) await pause(betweenClosesMs)
    for (const socket of open.slice(from, from + socketsClosedAtOnceMax)) close(socket)
  }
}
