/**
 * Writing prepared frames past the WebSocket onto its connection. Whole frames only and no compression, so they never
 * come between the parts of a message that the WebSocket itself sends; nothing once it began to close.
 */
import type { Duplex } from 'node:stream'
import { WebSocket } from 'ws'
import type { Outlet } from '../live/index.ts'

const { OPEN } = WebSocket

export class SocketWire {
  readonly #socket: WebSocket
  readonly #connection: Duplex
  readonly #giveUp: () => void
  #waiting: (() => void)[] | null = null

  constructor(socket: WebSocket, connection: Duplex, giveUp: () => void) {
    if (socket.extensions !== '') throw new Error('Prepared frames need a WebSocket without extensions')
    this.#socket = socket
    this.#connection = connection
    this.#giveUp = giveUp
  }

  outlet(id: string): Outlet {
    return new WireOutlet(this, Buffer.from(JSON.stringify(id)))
  }

  isOpen(): boolean {
    return this.#socket.readyState === OPEN
  }

  isFull(): boolean {
    return this.#connection.writableNeedDrain
  }

  /** What the system takes at once is copied by it; anything else waits in the connection, as these very bytes. */
  write(bytes: Uint8Array): boolean {
    this.#connection.write(bytes)
    return this.#connection.writableLength === 0
  }

  /** One listener, however many subscriptions of the socket wait. */
  whenDrained(act: () => void): void {
    if (this.#waiting) return void this.#waiting.push(act)
    this.#waiting = [act]
    this.#connection.once('drain', () => {
      const waiting = this.#waiting ?? []
      this.#waiting = null
      for (const each of waiting) each()
    })
  }

  giveUp(): void {
    this.#giveUp()
  }
}

class WireOutlet implements Outlet {
  readonly id: Uint8Array
  readonly #wire: SocketWire

  constructor(wire: SocketWire, id: Uint8Array) {
    this.#wire = wire
    this.id = id
  }

  isOpen(): boolean {
    return this.#wire.isOpen()
  }

  isFull(): boolean {
    return this.#wire.isFull()
  }

  write(bytes: Uint8Array): boolean {
    return this.#wire.write(bytes)
  }

  whenDrained(act: () => void): void {
    this.#wire.whenDrained(act)
  }

  giveUp(): void {
    this.#wire.giveUp()
  }
}
