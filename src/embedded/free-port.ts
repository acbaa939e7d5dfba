/**
 * A free port on 127.0.0.1, below the range from which the system takes ports for outgoing connections: a client
 * that keeps knocking at a stopped server could otherwise be given the server's own port, and talk to itself.
 * The port may still be taken before it is used, so callers try again with another.
 */
import { randomInt } from 'node:crypto'
import { connect, createServer } from 'node:net'
import { EmbeddedFailure, PortTaken } from './embedded-failures.ts'
import { embeddedLimits } from './embedded-limits.ts'

const portMin = 20_000
const portMax = 32_000

export async function withPort<T>(wanted: number | undefined, use: (port: number) => Promise<T>): Promise<T> {
  if (wanted !== undefined) return await use(wanted)
  for (let attempt = 0; attempt < embeddedLimits.portAttemptsMax; attempt++) {
    const port = randomInt(portMin, portMax)
    if (!(await isFree(port))) continue
    try {
      return await use(port)
    } catch (error) {
      if (!(error instanceof PortTaken)) throw error
    }
  }
  throw new EmbeddedFailure(
    `No free port found between ${portMin} and ${portMax} on 127.0.0.1 in ${embeddedLimits.portAttemptsMax} attempts. ` +
      'See what holds them with `ss -ltn`.',
  )
}

/** Whether somebody answers on a port of the loopback interface. */
export function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
  })
}
