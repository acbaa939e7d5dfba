/**
 * Why something did not work, in one shape, whoever said it: a WebSocket's close event, GraphQL errors, a client
 * library's wrapping of either, or an HTTP answer. Decides nothing about what to do; see `pauses.ts`.
 */
export interface Problem {
  /** A WebSocket's close code ("4403"), an HTTP status ("503"), or the code of a GraphQL error ("SHOW_NOT_FOUND"). */
  code: string | null
  message: string
  /** The server's own word on when to come back. */
  retryAfterMs: number | null
}

type Fields = Record<string, unknown>

export function problemOf(error: unknown): Problem {
  // graphql-ws hands GraphQL errors over as a list; urql and Apollo Client put the list into an error of their own.
  if (Array.isArray(error)) return ofGraphqlError(error[0])
  if (!isFields(error)) return { code: null, message: 'The subscription ended.', retryAfterMs: null }
  for (const list of [error.graphQLErrors, error.errors]) {
    if (Array.isArray(list) && list.length > 0) return ofGraphqlError(list[0])
  }
  if (isFields(error.networkError)) return problemOf(error.networkError)
  if (typeof error.code === 'number' && 'reason' in error) return ofClose(error.code, String(error.reason))
  const message = typeof error.message === 'string' ? error.message : ''
  // Apollo Client's link keeps of a close event what stands in this sentence.
  const [, code, reason = ''] = /^Socket closed with event (\d{4}) ?(.*)$/s.exec(message) ?? []
  if (code !== undefined) return ofClose(Number(code), reason)
  return { code: null, message: message || 'The connection failed.', retryAfterMs: null }
}

function ofClose(code: number, reason: string): Problem {
  const hint = readHint(reason)
  const message = hint === null && reason !== '' ? reason : `The connection was closed with code ${code}.`
  return { code: String(code), message, retryAfterMs: hint }
}

export function ofGraphqlError(error: unknown): Problem {
  const { message, extensions } = isFields(error) ? error : {}
  const { code, retryAfterMs } = isFields(extensions) ? extensions : {}
  return {
    code: typeof code === 'string' ? code : null,
    message: typeof message === 'string' ? message : 'The server refused.',
    retryAfterMs: asWait(retryAfterMs),
  }
}

/** The reason of a close that says when to come back is `{"retryAfterMs": n}`. */
function readHint(reason: string): number | null {
  if (!reason.startsWith('{')) return null
  try {
    const said: unknown = JSON.parse(reason)
    return isFields(said) ? asWait(said.retryAfterMs) : null
  } catch {
    return null
  }
}

function asWait(value: unknown): number | null {
  return typeof value === 'number' && value >= 0 ? value : null
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null
}
