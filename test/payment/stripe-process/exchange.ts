/** One request and its answer, with bounds. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { newId } from './account.ts'

const bodyBytesMax = 65_536
const silenceMsMax = 60_000

export async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > bodyBytesMax) throw new Error(`A body has at most ${bodyBytesMax} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

export function send(
  response: ServerResponse,
  status: number,
  body: object | string,
  headers: Record<string, unknown> = {},
): void {
  if (response.destroyed || response.headersSent) return
  const { location, 'idempotent-replayed': replayed } = headers
  response
    .writeHead(status, {
      'content-type': typeof body === 'string' ? 'text/html; charset=utf-8' : 'application/json',
      'request-id': newId('req'),
      ...(typeof location === 'string' && { location }),
      ...(typeof replayed === 'string' && { 'idempotent-replayed': replayed }),
    })
    .end(typeof body === 'string' ? body : JSON.stringify(body))
}

/** When the caller has closed the connection; one who waits for ever is cut off. */
export async function untilGone(response: ServerResponse): Promise<void> {
  if (response.destroyed) return
  const gone = new Promise((resolve) => response.once('close', resolve))
  const patience = setTimeout(() => response.destroy(), silenceMsMax)
  await gone
  clearTimeout(patience)
}
