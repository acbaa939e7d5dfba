/** A port of the loopback interface that nobody listens on at this moment. */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

export async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

/** Waits until something listens; gives up when the process that should has ended. */
export async function listening(
  port: number,
  daemon: { hasEnded(): boolean },
  deadlineMs: number,
): Promise<boolean> {
  const until = performance.now() + deadlineMs
  while (performance.now() < until && !daemon.hasEnded()) {
    if (await isListening(port)) return true
    await pause(10)
  }
  return false
}
