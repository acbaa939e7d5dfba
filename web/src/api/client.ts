/**
 * The one way to the API over HTTP. Every request carries the guest's token when there is one; whoever must
 * have one calls `becomeGuest` first. Refusals are answers; a request that brought none (no network, a fault, a time limit)
 * throws `NoAnswer`, and whether it was carried out is then unknown.
 */
import { type AnyVariables, Client, cacheExchange, fetchExchange, gql, type TypedDocumentNode } from 'urql'
import type { TypedDocumentString } from '../generated/graphql.ts'
import {
  forgetSession,
  keepSession,
  presentToken,
  startGuestSession,
  tokenEndsSoon,
} from './guest-session.ts'

/** Paying may take the server 12 s; whoever waits longer than this has no answer. */
const answerMsMax = 20_000

const options = { url: '/graphql', preferGetMethod: false, fetch: fetchWithToken } as const

/** For pages that only show: what was seen before is shown again while it is fetched anew. */
export const client = new Client({ ...options, exchanges: [cacheExchange, fetchExchange] })

/** For `ask`: with a cache, every seat taken would fetch again whatever page mentions seats. */
const direct = new Client({ ...options, exchanges: [fetchExchange] })

export class NoAnswer extends Error {
  readonly requestId: string | null

  constructor(message: string, requestId: string | null = null) {
    super(message)
    this.requestId = requestId
  }
}

export class RefusedToBegin extends Error {}

/** Reads or writes, now. */
export async function ask<Result, Variables extends AnyVariables>(
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
): Promise<Result> {
  const operation = documentOf(document)
  const result = isMutation(document)
    ? await direct.mutation(operation, variables)
    : await direct.query(operation, variables)
  if (result.data) return result.data
  const fault = result.error?.graphQLErrors[0]
  const requestId = fault?.extensions?.requestId
  throw new NoAnswer(
    fault?.message ?? 'The server could not be reached.',
    typeof requestId === 'string' ? requestId : null,
  )
}

/** What urql's hooks take. */
export function documentOf<Result, Variables extends AnyVariables>(
  document: TypedDocumentString<Result, Variables>,
): TypedDocumentNode<Result, Variables> {
  return gql(String(document))
}

let beginning: Promise<void> | null = null

/** Several callers at once begin one session. */
export function becomeGuest(): Promise<void> {
  if (presentToken()) {
    // The present token still serves; a later one of the same guest is fetched beside it.
    if (tokenEndsSoon()) void renewSession()
    return Promise.resolve()
  }
  beginning ??= beginSession().finally(() => {
    beginning = null
  })
  return beginning
}

let renewing: Promise<void> | null = null

function renewSession(): Promise<void> {
  renewing ??= beginSession()
    // The next action asks again.
    .catch(() => {})
    .finally(() => {
      renewing = null
    })
  return renewing
}

// Whoever comes back, or leaves the page open, stays the guest whose bookings these are.
setInterval(() => void (tokenEndsSoon() && renewSession()), 60_000)
if (tokenEndsSoon()) void renewSession()

async function beginSession(): Promise<void> {
  const { startGuestSession: begun } = await ask(startGuestSession, {})
  if (begun.__typename !== 'StartGuestSessionOk') throw new RefusedToBegin(begun.message)
  keepSession(begun)
}

/** A plain request as the guest who is here, for what is not GraphQL. */
export async function fetchWithToken(input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> {
  const token = presentToken()
  const response = await fetchAs(token, input, init)
  if (response.status !== 401 || !token) return response
  // The server does not know the token any more. Without it, what is public is answered, and whatever needs a
  // guest is refused as such and begins a new session.
  forgetSession()
  return fetchAs(null, input, init)
}

function fetchAs(token: string | null, input: RequestInfo | URL, init: RequestInit): Promise<Response> {
  const headers = new Headers(init.headers)
  if (token) headers.set('authorization', `Bearer ${token}`)
  const limits = [AbortSignal.timeout(answerMsMax), ...(init.signal ? [init.signal] : [])]
  return fetch(input, { ...init, headers, signal: AbortSignal.any(limits) })
}

function isMutation(document: { toString(): string }): boolean {
  return /^\s*mutation\b/m.test(String(document))
}
