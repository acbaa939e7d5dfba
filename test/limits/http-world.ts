/** Apollo Server with the limits, asked the way HTTP asks it. */
import { ApolloServer, HeaderMap } from '@apollo/server'
import type { GraphQLFormattedError } from 'graphql'
import { apolloLimits } from '../../src/graphql/limits.ts'
import { maskError } from '../../src/graphql/mask-error.ts'
import { schema } from './limits-world.ts'

export interface Answer {
  status: number
  errors: GraphQLFormattedError[]
  text: string
  headers: Map<string, string>
}

export interface HttpWorld {
  ask(body: unknown): Promise<Answer>
  spent: number[]
  /** What the caller's budget has left. */
  budget: { points: number }
  stop(): Promise<void>
}

export async function httpWorld(introspection = true): Promise<HttpWorld> {
  const spent: number[] = []
  const budget = { points: Number.POSITIVE_INFINITY }
  const limits = apolloLimits({
    introspection,
    spend: async (cost) => {
      spent.push(cost)
      return cost <= budget.points ? null : { retryAfterMs: 1_500 }
    },
  })
  const apollo = new ApolloServer({
    ...limits,
    schema,
    formatError: (_formatted, error) => maskError(error, 'request-1', { error() {} }),
    stopOnTerminationSignals: false,
  })
  await apollo.start()
  return {
    spent,
    budget,
    async ask(body) {
      const {
        body: answer,
        status = 200,
        headers,
      } = await apollo.executeHTTPGraphQLRequest({
        httpGraphQLRequest: {
          method: 'POST',
          headers: new HeaderMap([['content-type', 'application/json']]),
          search: '',
          body,
        },
        context: async () => ({}),
      })
      const text = answer.kind === 'complete' ? answer.string : ''
      const parsed = JSON.parse(text) as { errors?: GraphQLFormattedError[] }
      return { status, text, headers, errors: parsed.errors ?? [] }
    },
    stop: () => apollo.stop(),
  }
}
