/**
 * What the client uses of Apollo Client, in the shape that its documentation gives: `client.subscribe` with a parsed
 * document, an observable, and errors as its GraphQLWsLink words them.
 */
import { type DocumentNode, parse, print } from 'graphql'
import type { Client } from 'graphql-ws'

interface Observer {
  next(result: { data?: unknown; errors?: unknown }): void
  error(error: unknown): void
  complete(): void
}

export const gql = (text: string): DocumentNode => parse(text)

export class ApolloDouble {
  readonly #socket: Client

  constructor(socket: Client) {
    this.#socket = socket
  }

  subscribe(options: { query: DocumentNode; variables: Record<string, unknown>; fetchPolicy: 'no-cache' }) {
    const payload = { query: print(options.query), variables: options.variables }
    return {
      subscribe: (observer: Observer) => {
        const unsubscribe = this.#socket.subscribe(payload, {
          next: (result) => observer.next(result),
          complete: () => observer.complete(),
          error: (error) => observer.error(asLinkSays(error)),
        })
        return { unsubscribe }
      },
    }
  }
}

function asLinkSays(error: unknown): Error {
  if (error instanceof Error) return error
  if (Array.isArray(error)) return Object.assign(new Error('GraphQL errors'), { errors: error })
  const { code, reason } = error as { code?: number; reason?: string }
  return new Error(`Socket closed${code === undefined ? '' : ` with event ${code} ${reason}`}`)
}
