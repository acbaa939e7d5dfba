/** Which web pages of other origins may read our answers: those on the allow-list and no others. */
import type { FastifyInstance } from 'fastify'
import { httpLimits } from './http-limits.ts'

const requestHeaders = 'authorization, content-type, x-request-id, apollo-require-preflight'
const responseHeaders = 'etag, retry-after, x-request-id'

export function allowOrigins(app: FastifyInstance, allowedOrigins: readonly string[]): void {
  const allowed = new Set(allowedOrigins)
  app.addHook('onRequest', async (request, reply) => {
    void reply.header('vary', 'origin')
    const { origin } = request.headers
    const isPreflight = request.method === 'OPTIONS' && 'access-control-request-method' in request.headers
    if (origin !== undefined && allowed.has(origin)) {
      void reply
        .header('access-control-allow-origin', origin)
        .header('access-control-expose-headers', responseHeaders)
      if (isPreflight) {
        void reply
          .header('access-control-allow-methods', 'GET, POST')
          .header('access-control-allow-headers', requestHeaders)
          .header('access-control-max-age', httpLimits.preflightAgeS)
      }
    }
    if (isPreflight) return reply.code(204).send()
  })
}

/** For the WebSocket's handshake, which browsers do not hold to CORS: own pages, allowed ones, and no browser. */
export function isAllowedOrigin(
  origin: string | undefined,
  host: string | undefined,
  allowedOrigins: readonly string[],
): boolean {
  if (origin === undefined) return true
  if (allowedOrigins.includes(origin)) return true
  return URL.canParse(origin) && host !== undefined && new URL(origin).host === host
}
