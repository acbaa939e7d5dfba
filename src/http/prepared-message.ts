/**
 * A `next` message of graphql-transport-ws, framed once for every subscriber who gets the same. Only the id is each
 * client's own: for every length of id there is one template, and a copy of it with the id in its place goes out.
 */
import type { PreparedFrame } from '../live/index.ts'

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

  /** `printedId` is the id as JSON. The bytes are the caller's own. */
  bytesFor(printedId: string): Buffer {
    const idBytes = Buffer.byteLength(printedId)
    let template = this.#templates.get(idBytes)
    if (!template) {
      template = frame(`{"id":`, idBytes, this.#tail)
      this.#templates.set(idBytes, template)
    }
    const bytes = Buffer.allocUnsafe(template.bytes.length)
    template.bytes.copy(bytes)
    bytes.write(printedId, template.idAt)
    return bytes
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
