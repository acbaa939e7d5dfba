/**
 * The HTTP client under Stripe's library. With the library's own one, a call whose connection is reset is sent again,
 * even with its retries switched off, and a timeout starts anew with every byte; both would break the port's word.
 * Here a request is sent once, its whole answer is awaited within one bound, and what failed says whether it was sent.
 */
import type Stripe from 'stripe'
import { jsonOf, readBounded, wasNeverSent } from '../http-answers.ts'
import { stripeLimits } from './stripe-limits.ts'

/** Nothing came that Stripe could have said. */
export class NoAnswer extends Error {
  readonly wasSent: boolean

  constructor(wasSent: boolean, cause: unknown) {
    super(wasSent ? 'No answer came' : 'Nothing was sent', { cause })
    this.wasSent = wasSent
  }
}

/** A client for the requests of one call, all of which end with `signal`. */
export function stripeWire(signal: AbortSignal, send: typeof fetch): Stripe.HttpClient {
  return {
    getClientName: () => 'fetch',
    async makeRequest(host, port, path, method, headers, body, protocol) {
      if (signal.aborted) throw new NoAnswer(false, signal.reason)
      const { response, text } = await answerTo(
        send(`${protocol}://${host}:${port}${path}`, {
          method,
          headers: Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]),
          ...(method === 'GET' ? {} : { body }),
          // Followed, a redirect would send a charge to somebody else.
          redirect: 'manual',
          signal,
        }),
      )
      const { status } = response
      const json = jsonOf(text)
      if (!isStripes(status, json)) throw new NoAnswer(true, new Error(`${status} is no answer of Stripe`))
      return {
        getStatusCode: () => status,
        getHeaders: () => Object.fromEntries(response.headers),
        getRawResponse: () => ({}),
        toStream() {
          throw new Error('Answers of Stripe are not streamed here')
        },
        toJSON: async () => json,
      }
    },
  }
}

async function answerTo(sent: Promise<Response>): Promise<{ response: Response; text: string }> {
  try {
    const response = await sent
    return { response, text: await readBounded(response, stripeLimits.answerBytesMax) }
  } catch (error) {
    throw new NoAnswer(!wasNeverSent(error), error)
  }
}

/** The library takes any JSON without an `error` for a success, whatever its status; a proxy may have written it. */
function isStripes(status: number, json: unknown): boolean {
  if (typeof json !== 'object' || json === null) return false
  const { error, object } = json as { error?: { type?: unknown }; object?: unknown }
  if (error) return status >= 400 && typeof error.type === 'string'
  return status === 200 && typeof object === 'string'
}
