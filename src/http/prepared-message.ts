/**
 * A `next` message of graphql-transport-ws, framed once for every subscriber who gets the same. Only the id is each
 * client's own: for every length of id there is one frame, in which the id is replaced for the next reader as soon as the
 * one before has all of it.
 */
import type { Outlet, PreparedFrame } from '../live/index.ts'

interface Template {
  bytes: Buffer
  idAt: number
}

export class PreparedMessage implements PreparedFrame {
  readonly #tail: string
  readonly #templates = new Map<number, Template>()

  constructor(payload: unknown) {
    this.#tail = `,"type":"next","payload":${JSON.stringify(payload)}}`
  }

  writeTo(outlet: Outlet): void {
    const { id } = outlet
    const template = this.#templateFor(id.length)
    template.bytes.set(id, template.idAt)
    // Bytes that still wait belong to that reader; the others go on with a copy.
    if (!outlet.write(template.bytes)) template.bytes = Buffer.from(template.bytes)
  }

  #templateFor(idBytes: number): Template {
    let template = this.#templates.get(idBytes)
    if (!template) {
      template = frame(`{"id":`, idBytes, this.#tail)
      this.#templates.set(idBytes, template)
    }
    return template
  }
}

/** One unfragmented text message as a server sends it (RFC 6455, section 5.2). */
function frame(head: string, idBytes: number, tail: string): Template {
  const text = Buffer.concat([Buffer.from(head), Buffer.alloc(idBytes), Buffer.from(tail)])
  const header = headerOf(text.length)
  return { bytes: Buffer.concat([header, text]), idAt: header.length + head.length }
}

function headerOf(length: number): Buffer {
  const finalText = 0x81
  if (length < 126) return Buffer.from([finalText, length])
  if (length < 65_536) return Buffer.from([finalText, 126, length >> 8, length & 255])
  const header = Buffer.alloc(10)
  header[0] = finalText
  header[1] = 127
  header.writeBigUInt64BE(BigInt(length), 2)
  return header
}
