/** One request and its answer: bounded bodies, JSON and pages. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { hashOf } from '../../platform/ids.ts'
import type { KeyedCall } from './keys.ts'
import { SandboxRefusal } from './refusals.ts'
import type { Body } from './requests.ts'
import { sandboxLimits } from './sandbox-limits.ts'

const { bodyBytesMax } = sandboxLimits

export async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  // Leaving the loop early must not destroy the connection: the caller is owed a sentence.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > bodyBytesMax) {
      throw new SandboxRefusal(413, 'body_too_large', `A body has at most ${bodyBytesMax} bytes`)
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

export async function readBody(request: IncomingMessage): Promise<Body> {
  const text = await readText(request)
  try {
    const body: unknown = JSON.parse(text)
    if (body && typeof body === 'object' && !Array.isArray(body)) return body as Body
  } catch {
    // Told below, with all other bodies that are no object.
  }
  throw new SandboxRefusal(400, 'bad_json', 'Expected a JSON object as the body')
}

export function keyedCall({ headers }: IncomingMessage, path: string, body: Body): KeyedCall {
  const key = headers['idempotency-key']
  if (typeof key !== 'string' || !/^[\w:.-]{1,100}$/.test(key)) {
    throw new SandboxRefusal(400, 'bad_key', 'Idempotency-Key: expected 1 to 100 letters, digits or _ : . -')
  }
  return { key, fingerprint: hashOf({ path, body }) }
}

export function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json', ...always }).end(JSON.stringify(body))
}

export function sendPage(
  response: ServerResponse,
  status: number,
  html: string,
  formsTo: readonly string[] = [],
) {
  const policy = [
    "default-src 'none'",
    "style-src 'unsafe-inline'",
    "frame-ancestors 'none'",
    `form-action 'self' ${formsTo.join(' ')}`,
  ]
  const headers = { 'content-type': 'text/html; charset=utf-8', ...always }
  response.writeHead(status, { ...headers, 'content-security-policy': policy.join('; ') }).end(html)
}

/**
 * Reads, and forgets, what is still coming: a caller in the middle of sending hears no refusal. How long that may take
 * is bounded by the server's time for a request.
 */
export async function drain(request: IncomingMessage): Promise<void> {
  if (request.readableEnded || request.destroyed) return
  const over = new Promise((resolve) => request.once('end', resolve).once('close', resolve))
  request.resume()
  await over
}

const always = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
}
