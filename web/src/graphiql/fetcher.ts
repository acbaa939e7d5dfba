/** Sends what GraphiQL runs: over HTTP, or over graphql-ws for subscriptions, with the token that is known. */
import type { GraphiQLProps } from 'graphiql'
import { type Client, createClient } from 'graphql-ws'

type Fetcher = GraphiQLProps['fetcher']
type Payload = Parameters<Client['iterate']>[0]

const tokenKey = 'rowlock.graphiql.token'

export function createFetcher(): Fetcher {
  const socketUrl = `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/graphql`
  let authorization = rememberedAuthorization()
  const sockets = createClient({
    url: socketUrl,
    connectionParams: () => (authorization ? { authorization } : {}),
  })

  return ({ query, variables, operationName }, options) => {
    const headers = lowerCased(options?.headers ?? {})
    authorization = headers.authorization ?? rememberedAuthorization()
    const payload = { query, variables, operationName: operationName ?? null }
    const isSubscription = options?.documentAST?.definitions.some(
      (definition) =>
        definition.kind === 'OperationDefinition' &&
        definition.operation === 'subscription' &&
        (!operationName || definition.name?.value === operationName),
    )
    // The two name the type of an error differently; GraphiQL only prints it.
    if (isSubscription) return sockets.iterate(payload) as ReturnType<Fetcher>
    return post(payload, authorization ? { ...headers, authorization } : headers)
  }
}

/** Sends an operation, and looks into its answer for a new guest session. */
async function post(payload: Payload, headers: Record<string, string>) {
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: { accept: 'application/json', ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(payload),
  })
  const body = await response.json()
  const token = tokenIn(body)
  if (token) sessionStorage.setItem(tokenKey, token)
  return body
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
