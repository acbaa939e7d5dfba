/**
 * The limits as options of Apollo Server. Rules that need no variables go into its validation, whose result it keeps
 * by the document's text; the others run when the operation is known, before anything is executed.
 */
import {
  type ApolloServerOptionsWithSchema,
  type ApolloServerPlugin,
  type BaseContext,
  HeaderMap,
} from '@apollo/server'
import { GraphQLError } from 'graphql'
import { checkOperation } from './check-operation.ts'
import { documentRules } from './document-rules.ts'
import { graphqlLimits } from './graphql-limits.ts'
import { overspentError, withExtensions } from './limit-error.ts'
import { parseOptions } from './read-document.ts'

/** Apollo takes the status out of an error's extensions and answers with it. */
const badRequest = { status: 400 }

export interface ApolloLimitsOptions<Context> {
  introspection: boolean
  /** Takes the operation's cost off the caller's budget. Null: there was enough. */
  spend?: (cost: number, context: Context) => Promise<{ retryAfterMs: number } | null>
}

export function apolloLimits<Context extends BaseContext>(options: ApolloLimitsOptions<Context>) {
  const { introspection } = options
  return {
    parseOptions,
    // Switched off by our own rule, so that both transports refuse it in the same words.
    introspection: true,
    hideSchemaDetailsFromClientErrors: !introspection,
    validationRules: documentRules({ introspection }),
    validationOptions: {
      maxErrors: graphqlLimits.validationErrorsMax,
      hideSuggestions: !introspection,
    },
    executionOptions: { maxCoercionErrors: graphqlLimits.coercionErrorsMax },
    plugins: [checkBeforeExecution(options)],
  } satisfies Partial<ApolloServerOptionsWithSchema<Context>>
}

function checkBeforeExecution<Context extends BaseContext>({
  introspection,
  spend,
}: ApolloLimitsOptions<Context>): ApolloServerPlugin<Context> {
  return {
    async requestDidStart() {
      return {
        async didResolveOperation({ schema, document, operation, request, contextValue }) {
          if (!operation) return
          if (operation.operation === 'subscription') {
            const message =
              'Subscriptions go over WebSocket (graphql-transport-ws) to the same path, not over HTTP.'
            throw new GraphQLError(message, { extensions: { code: 'USE_WEBSOCKET', http: badRequest } })
          }
          const { variables } = request
          const checked = checkOperation({
            schema,
            document,
            operation,
            variables,
            suggestions: introspection,
          })
          if (!checked.errors) {
            const overspent = await spend?.(checked.cost, contextValue)
            if (overspent) throw tooManyRequests(overspent.retryAfterMs)
            return
          }
          const [first] = checked.errors
          // Execution finds bad variables again and, unlike this hook, tells all of them; but it would suggest names.
          if (!first || (introspection && first.extensions.code === 'BAD_USER_INPUT')) return
          throw withExtensions(first, { ...first.extensions, http: badRequest })
        },
      }
    },
  }
}

function tooManyRequests(retryAfterMs: number): GraphQLError {
  const error = overspentError(retryAfterMs)
  const headers = new HeaderMap([['retry-after', String(Math.ceil(retryAfterMs / 1000))]])
  return withExtensions(error, { ...error.extensions, http: { status: 429, headers } })
}
