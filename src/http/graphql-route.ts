/**
 * GraphQL over HTTP: Apollo Server with everything that it would tell others switched off, held to the limits and
 * the masking that the socket has too.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { ApolloServer, type ApolloServerPlugin, HeaderMap } from '@apollo/server'
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled'
import { fastifyApolloHandler } from '@as-integrations/fastify'
import type { FastifyInstance } from 'fastify'
import { GraphQLError } from 'graphql'
import { apolloLimits, type Context, schema, spendCost, tellError } from '../graphql/index.ts'
import type { Viewer } from '../identity/index.ts'
import { Outage, Refusal } from '../platform/failures.ts'
import type { Logger } from '../platform/logging.ts'
import { beforeDeadline } from './deadline.ts'
import type { HttpLimits } from './http-limits.ts'
import type { HttpMetrics } from './metrics.ts'

export interface GraphqlRouteDeps {
  authenticate(authorization: string | undefined): Promise<Viewer>
  contextOf(viewer: Viewer, address: string, requestId: string): Context
  introspection: boolean
  limits: HttpLimits
  metrics: HttpMetrics
  log: Logger
}

/** Formatting an error happens outside of the request's context; this carries the request's id there. */
const requestIds = new AsyncLocalStorage<string>()

export async function serveGraphql(
  app: FastifyInstance,
  deps: GraphqlRouteDeps,
): Promise<() => Promise<void>> {
  const limits = apolloLimits<Context>({ introspection: deps.introspection, spend: spendCost })
  const apollo = new ApolloServer<Context>({
    schema,
    ...limits,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    logger: deps.log,
    formatError: (_formatted, error) => tellError(error, requestIds.getStore() ?? 'unknown', deps.log),
    plugins: [
      ...limits.plugins,
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      timeOperations(deps.metrics),
    ],
  })
  await apollo.start()
  const handle = fastifyApolloHandler(apollo, {
    context: async (request) => {
      const viewer = await deps.authenticate(request.headers.authorization).catch(asHttpError)
      return deps.contextOf(viewer, request.ip, request.id)
    },
  })

  app.route({
    method: ['GET', 'POST'],
    url: '/graphql',
    handler(request, reply): Promise<unknown> {
      const answer = requestIds.run<Promise<unknown>>(request.id, async () =>
        handle.call(app, request, reply),
      )
      return beforeDeadline(answer, deps.limits.requestDeadlineMs)
    },
  })
  return () => apollo.stop()
}

/** A bad token fails the whole request, so that nobody takes "anonymous" for an answer about themselves. */
function asHttpError(error: unknown): never {
  if (error instanceof Refusal) throw withStatus(error, 401, ['www-authenticate', 'Bearer'])
  if (error instanceof Outage) {
    throw withStatus(error, 503, ['retry-after', String(Math.ceil(error.retryAfterMs / 1000))])
  }
  throw error
}

function withStatus(error: Refusal | Outage, status: number, header: [string, string]): GraphQLError {
  return new GraphQLError(error.message, {
    originalError: error,
    extensions: { code: error.code, http: { status, headers: new HeaderMap([header]) } },
  })
}

function timeOperations({ operationSeconds }: HttpMetrics): ApolloServerPlugin<Context> {
  return {
    async requestDidStart() {
      const end = operationSeconds.startTimer()
      return {
        async willSendResponse({ operation, errors }) {
          const [first] = operation?.selectionSet.selections ?? []
          const field = first?.kind === 'Field' ? first.name.value : operation ? 'fragment' : 'invalid'
          end({ field, outcome: errors ? 'errors' : 'ok' })
        },
      }
    },
  }
}
