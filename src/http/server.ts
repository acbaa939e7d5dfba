/**
 * The process's one port: GraphQL over HTTP and WebSocket, the seat map as plain JSON, health, metrics and the web
 * pages. It opens with `listen` and closes with `close`, which finishes what is in flight.
 */
import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import fastify, { type FastifyBaseLogger, LogController } from 'fastify'
import {
  type Context,
  createLoaders,
  type GraphqlDeps,
  prepareSubscription,
  schema,
  spendCost,
  tellError,
} from '../graphql/index.ts'
import type { Viewer } from '../identity/index.ts'
import type { LetterFolder } from '../notify/index.ts'
import { looksLikeCardNumber } from '../payment/index.ts'
import type { Clock } from '../platform/clock.ts'
import type { Logger } from '../platform/logging.ts'
import type { Metrics } from '../platform/metrics.ts'
import { type BookingPapersDeps, serveBookingPapers } from './booking-papers.ts'
import { answerBrokenRequest } from './broken-requests.ts'
import { allowOrigins } from './cors.ts'
import { type DevIssuer, serveDevIssuer } from './dev-issuer.ts'
import { serveDevMail } from './dev-mail.ts'
import { answerError, answerErrors, sendError } from './error-answers.ts'
import { serveGateBundles } from './gate-bundle-route.ts'
import { serveGraphql } from './graphql-route.ts'
import { type ReadinessCheck, serveHealth } from './health.ts'
import { type HttpLimits, httpLimits } from './http-limits.ts'
import { countHttp, serveMetrics } from './metrics.ts'
import { serveSeatMaps } from './seat-map-routes.ts'
import { setSecurityHeaders } from './security-headers.ts'
import { servePages } from './web-pages.ts'
import { serveWebhooks, type Webhooks } from './webhooks.ts'
import { openSockets } from './websocket.ts'

export interface HttpOptions {
  deps: GraphqlDeps
  /** Who calls, by the Authorization header. Refuses a token that is no good. */
  authenticate(authorization: string | undefined): Promise<Viewer>
  readiness: readonly ReadinessCheck[]
  metrics: Metrics
  log: Logger
  clock: Clock
  /** Other origins whose pages may call us; our own always may. */
  allowedOrigins: readonly string[]
  introspection: boolean
  /** Behind one proxy that appends the client's address to X-Forwarded-For. */
  trustProxy: boolean
  metricsToken?: string | undefined
  webDist: string
  devIssuer?: DevIssuer | null | undefined
  /** What buyers take along as files. */
  paper?: BookingPapersDeps['paper'] | null | undefined
  /** Letters to read in a browser; null in production. */
  letters?: LetterFolder | null | undefined
  /** Null for a gateway that calls nobody. */
  webhooks?: Omit<Webhooks, 'clock'> | null | undefined
  limits?: Partial<HttpLimits>
}

export interface HttpServer {
  listen(port: number, host: string): Promise<{ port: number }>
  close(graceMs: number): Promise<void>
}

export async function createHttp(options: HttpOptions): Promise<HttpServer> {
  const limits: HttpLimits = { ...httpLimits, ...options.limits }
  const metrics = countHttp(options.metrics)
  let closing = false

  const log: FastifyBaseLogger = options.log
  const app = fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    frameworkErrors: answerError,
    clientErrorHandler: answerBrokenRequest,
    // One hop: the address that our own proxy saw, whatever the client wrote in front of it.
    trustProxy: options.trustProxy ? (_address, hop) => hop === 0 : false,
    bodyLimit: limits.bodyBytesMax,
    requestTimeout: limits.requestReceiveMsMax,
    keepAliveTimeout: limits.keepAliveMs,
    forceCloseConnections: 'idle',
    requestIdHeader: false,
    genReqId: (request) => requestIdOf(request, limits),
  })
  // JSON is the only body anybody has a reason to send.
  app.removeContentTypeParser('text/plain')
  answerErrors(app)
  setSecurityHeaders(app)
  app.addHook('onRequest', async (request, reply) => {
    void reply.header('x-request-id', request.id)
    // What stands behind builds URLs with it.
    if (!URL.canParse(`http://${request.host}`)) {
      const message = 'The Host header names no host.'
      return sendError(request, reply, { status: 400, code: 'BAD_HOST', message })
    }
  })
  allowOrigins(app, options.allowedOrigins)
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none'
    const { method } = request
    const { statusCode, elapsedTime } = reply
    metrics.requestSeconds.observe({ method, route, status: statusCode }, elapsedTime / 1000)
    request.log.debug(
      { requestId: request.id, method, route, status: statusCode, ms: elapsedTime },
      'Answered',
    )
  })

  const contextOf = (viewer: Viewer, address: string, requestId: string): Context => ({
    deps: options.deps,
    viewer,
    address,
    requestId,
    loaders: createLoaders(options.deps),
  })
  const { authenticate, clock, allowedOrigins } = options
  const stopGraphql = await serveGraphql(app, {
    authenticate,
    contextOf,
    introspection: options.introspection,
    limits,
    metrics,
    log: options.log,
  })
  serveSeatMaps(app, { ...options.deps, clock, requestDeadlineMs: limits.requestDeadlineMs })
  serveGateBundles(app, { ...options.deps, authenticate, requestDeadlineMs: limits.requestDeadlineMs })
  if (options.paper) {
    const { paper } = options
    serveBookingPapers(app, {
      ...options.deps,
      paper,
      authenticate,
      requestDeadlineMs: limits.requestDeadlineMs,
    })
  }
  serveHealth(app, options.readiness, () => closing)
  serveMetrics(app, options.metrics, options.metricsToken)
  if (options.webhooks) await serveWebhooks(app, { ...options.webhooks, clock })
  if (options.letters) serveDevMail(app, options.letters)
  if (options.devIssuer) serveDevIssuer(app, options.devIssuer)
  await servePages(app, options.webDist)

  const sockets = openSockets({
    authenticate,
    contextOf,
    prepare: (request) => prepareSubscription({ schema, introspection: options.introspection }, request),
    spend: spendCost,
    mask: (error, requestId) => tellError(error, requestId, options.log),
    addressOf: (request) => addressOf(request, options.trustProxy),
    allowedOrigins,
    limits,
    metrics,
    clock,
    log,
  })
  app.server.on('upgrade', (request, socket, head) => {
    if (request.url?.split('?')[0] === '/graphql') return sockets.upgrade(request, socket, head)
    socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
  })

  return {
    async listen(port, host) {
      await app.listen({ port, host })
      return { port: (app.server.address() as AddressInfo).port }
    },
    async close(graceMs) {
      closing = true
      // Whoever is not done by then is cut off, so that a stop always ends.
      const cutOff = setTimeout(() => app.server.closeAllConnections(), graceMs)
      await Promise.all([sockets.close(), app.close()])
      clearTimeout(cutOff)
      await stopGraphql()
    },
  }
}

/** A proxy's request id is kept, so that its logs and ours agree; anything odd is replaced. */
function requestIdOf(request: IncomingMessage, limits: HttpLimits): string {
  const came = request.headers['x-request-id']
  if (typeof came !== 'string' || came.length > limits.requestIdCharsMax) return randomUUID()
  return /^[\w.-]+$/.test(came) && !looksLikeCardNumber(came) ? came : randomUUID()
}

function addressOf(request: IncomingMessage, trustProxy: boolean): string {
  const forwarded = trustProxy ? String(request.headers['x-forwarded-for'] ?? '') : ''
  return forwarded.split(',').at(-1)?.trim() || (request.socket.remoteAddress ?? 'unknown')
}
