/** An actor who uses the API as a client would: a guest with a token of their own. */
import { once } from 'node:events'
import { createClient } from 'graphql-ws'
import { WebSocket } from 'ws'

export interface GraphqlAnswer<Data> {
  data: Data
  errors?: { message: string; extensions?: Record<string, unknown> }[]
}

export async function postGraphql<Data = Record<string, unknown>>(
  url: string,
  query: string,
  variables: Record<string, unknown> = {},
  token?: string,
): Promise<GraphqlAnswer<Data>> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ query, variables }),
  })
  return (await response.json()) as GraphqlAnswer<Data>
}

export interface Actor {
  token: string
  /** Throws when the answer has errors: refusals are data. */
  ask<Data = Record<string, never>>(query: string, variables?: Record<string, unknown>): Promise<Data>
}

export async function guest(url: string): Promise<Actor> {
  const { data, errors } = await postGraphql<{ startGuestSession: { token: string; message?: string } }>(
    url,
    'mutation { startGuestSession { __typename ... on StartGuestSessionOk { token } ... on Refusal { message } } }',
  )
  const token = data?.startGuestSession?.token
  if (!token) throw new Error(`No guest token: ${JSON.stringify(errors ?? data)}`)
  return actor(url, token)
}

export function actor(url: string, token: string): Actor {
  return {
    token,
    async ask<Data>(query: string, variables: Record<string, unknown> = {}) {
      const answer = await postGraphql<Data>(url, query, variables, token)
      if (answer.errors) throw new Error(JSON.stringify(answer.errors))
      return answer.data
    },
  }
}

export interface Watcher<Data> {
  /** Everything received so far. */
  received: Data[]
  /** Resolves when `enough` holds for what was received. */
  until(enough: (received: Data[]) => boolean, deadlineMs?: number): Promise<void>
  close(): Promise<void>
}

/** A subscriber on a real WebSocket. */
export function subscribe<Data>(
  url: string,
  query: string,
  variables: Record<string, unknown> = {},
  token?: string,
): Watcher<Data> {
  const client = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    ...(token && { connectionParams: { authorization: `Bearer ${token}` } }),
    webSocketImpl: WebSocket,
    retryAttempts: 0,
  })
  const received: Data[] = []
  const events = new EventTarget()
  let failure: unknown
  const unsubscribe = client.subscribe<Data>(
    { query, variables },
    {
      next(message) {
        if (message.errors) failure = new Error(JSON.stringify(message.errors))
        else if (message.data) received.push(message.data)
        events.dispatchEvent(new Event('change'))
      },
      error(error) {
        failure = error
        events.dispatchEvent(new Event('change'))
      },
      complete() {},
    },
  )
  return {
    received,
    async until(enough, deadlineMs = 30_000) {
      const signal = AbortSignal.timeout(deadlineMs)
      while (!enough(received)) {
        if (failure) throw failure instanceof Error ? failure : new Error(JSON.stringify(failure))
        await once(events, 'change', { signal })
      }
    },
    async close() {
      unsubscribe()
      await client.dispose()
    },
  }
}
