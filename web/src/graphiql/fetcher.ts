/** Sends what GraphiQL runs: over HTTP, or over graphql-ws for subscriptions, with the token that is known. */
import { createGraphiQLFetcher, type Fetcher } from '@graphiql/toolkit'
import { createClient } from 'graphql-ws'

const tokenKey = 'rowlock.graphiql.token'

export function createFetcher(): Fetcher {
  const socketUrl = `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/graphql`
  let authorization = rememberedAuthorization()
  const fetcher = createGraphiQLFetcher({
    url: '/graphql',
    enableIncrementalDelivery: false,
    fetch: fetchAndRemember,
    wsClient: createClient({
      url: socketUrl,
      lazyCloseTimeout: 0,
      connectionParams: () => (authorization ? { authorization } : {}),
    }),
  })

  return (params, options) => {
    const headers = lowerCased(options?.headers ?? {})
    authorization = headers.authorization ?? rememberedAuthorization()
    return fetcher(params, { ...options, headers: authorization ? { ...headers, authorization } : headers })
  }
}

/** Looks into every answer for a new guest session. */
async function fetchAndRemember(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const response = await fetch(input, init)
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => null)
  const token = tokenIn(body)
  if (token) sessionStorage.setItem(tokenKey, token)
  return response
}

function tokenIn(body: unknown): string | null {
  const { data } = asRecord(body)
  const { token } = asRecord(asRecord(data).startGuestSession)
  return typeof token === 'string' ? token : null
}

function asRecord(value: unknown): Record<string, unknown> {
  return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : {}
}

function rememberedAuthorization(): string | undefined {
  const token = sessionStorage.getItem(tokenKey)
  return token ? `Bearer ${token}` : undefined
}

function lowerCased(headers: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
  )
}
