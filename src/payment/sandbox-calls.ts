/** Calls over the sandbox's protocol. The work here is to tell what is certain of a call from what is unknown. */
import { z } from 'zod'
import { type CallBounds, GatewayAway, GatewayRefused, GatewayUnknown } from './gateway.ts'
import { jsonOf, readBounded, wasNeverSent } from './http-answers.ts'

export interface Call {
  path: string
  key?: string
  /** A call without one only reads. */
  body?: object
}

interface CallsOptions {
  url: string
  timeoutMs: number
  fetch: typeof fetch
}

const answerBytesMax = 65_536

/** Answers the JSON of a definite yes; everything else is thrown as what it proves. */
export function sandboxCalls({ url, timeoutMs, fetch }: CallsOptions) {
  const base = url.replace(/\/$/, '')

  return async ({ path, key, body }: Call, bounds: CallBounds = {}): Promise<unknown> => {
    if (bounds.signal?.aborted) throw new GatewayAway(bounds.signal.reason)
    const late = AbortSignal.timeout(bounds.timeoutMs ?? timeoutMs)
    let status: number
    let text: string
    try {
      const response = await fetch(`${base}${path}`, {
        method: body ? 'POST' : 'GET',
        headers: { 'content-type': 'application/json', ...(key && { 'idempotency-key': key }) },
        ...(body && { body: JSON.stringify(body) }),
        // Followed, a redirect would send a charge to somebody else.
        redirect: 'manual',
        signal: bounds.signal ? AbortSignal.any([bounds.signal, late]) : late,
      })
      status = response.status
      text = await readBounded(response, answerBytesMax)
    } catch (error) {
      throw wasNeverSent(error) ? new GatewayAway(error) : new GatewayUnknown(error)
    }
    const json = jsonOf(text)
    if (status === 200 && json !== undefined) return json
    throw provenBy(status, json)
  }
}

const refusal = z.object({ code: z.string(), message: z.string() })

/** What an answer that is no yes proves. Only the protocol's own words make an exception to what its status says. */
function provenBy(status: number, json: unknown): GatewayAway | GatewayRefused | GatewayUnknown {
  const said = refusal.safeParse(json).data
  const { code, message } = said ?? { code: `http_${status}`, message: 'No reason was given' }
  const told = new Error(`${status} ${code}: ${message}`)
  if (status === 503 && code === 'down') return new GatewayAway(told)
  // The first request with this key is still at work, and what it does is not known yet.
  if (status < 400 || status >= 500 || code === 'key_in_use') return new GatewayUnknown(told)
  return new GatewayRefused(status, code, message)
}
