/** What the two servers count, and the page that shows all metrics of the process. */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import type { Counter, Gauge, Histogram } from 'prom-client'
import type { Metrics } from '../platform/metrics.ts'
import { sendError } from './error-answers.ts'

export interface HttpMetrics {
  requestSeconds: Histogram<'method' | 'route' | 'status'>
  operationSeconds: Histogram<'field' | 'outcome'>
  sockets: Gauge
  subscriptions: Gauge
  socketsRefused: Counter<'reason'>
  socketsClosed: Counter<'code'>
}

const secondsBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 12.5]

export function countHttp(metrics: Metrics): HttpMetrics {
  return {
    requestSeconds: metrics.histogram({
      name: 'http_request_seconds',
      help: 'Time to answer HTTP requests, by route',
      labels: ['method', 'route', 'status'],
      buckets: secondsBuckets,
    }),
    operationSeconds: metrics.histogram({
      name: 'graphql_operation_seconds',
      help: 'Time to execute GraphQL operations over HTTP, by the first root field',
      labels: ['field', 'outcome'],
      buckets: secondsBuckets,
    }),
    sockets: metrics.gauge({ name: 'websockets', help: 'Open WebSockets' }),
    subscriptions: metrics.gauge({
      name: 'websocket_subscriptions',
      help: 'Subscriptions on open WebSockets',
    }),
    socketsRefused: metrics.counter({
      name: 'websockets_refused_total',
      help: 'WebSocket handshakes that were refused, by reason',
      labels: ['reason'],
    }),
    socketsClosed: metrics.counter({
      name: 'websockets_closed_total',
      help: 'WebSockets that ended, by close code',
      labels: ['code'],
    }),
  }
}

export function serveMetrics(app: FastifyInstance, metrics: Metrics, token: string | undefined): void {
  app.get('/metrics', async (request, reply) => {
    if (token !== undefined && !isSame(request.headers.authorization, `Bearer ${token}`)) {
      void reply.header('www-authenticate', 'Bearer')
      return sendError(request, reply, {
        status: 401,
        code: 'NOT_SIGNED_IN',
        message: 'Metrics need "Authorization: Bearer <METRICS_TOKEN>".',
      })
    }
    const page = await metrics.page()
    return reply.type(metrics.registry.contentType).header('cache-control', 'no-store').send(page)
  })
}

/** Compares hashes, so that neither length nor content shows in the time it takes. */
function isSame(came: string | undefined, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(came ?? ''), digest(expected))
}
