/**
 * Errors outside of GraphQL, in the same shape as within: `{ errors: [{ message, extensions: { code, requestId }}]}`.
 * What is not known here is a fault, of which the client learns the request id and the log the rest.
 */
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Outage, Refusal } from '../platform/failures.ts'
import { DatabaseAway, isPostgresAway } from '../platform/postgres-away.ts'
import { httpLimits } from './http-limits.ts'

interface Answer {
  status: number
  code: string
  message: string
  /** For what passes by itself. */
  retryAfterMs?: number
}

const knownErrors: Record<string, Answer> = {
  FST_ERR_CTP_INVALID_JSON_BODY: { status: 400, code: 'BAD_JSON', message: 'The body is not valid JSON.' },
  FST_ERR_CTP_EMPTY_JSON_BODY: {
    status: 400,
    code: 'BAD_JSON',
    message: 'The body is empty; JSON was expected.',
  },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    status: 400,
    code: 'BAD_REQUEST',
    message: 'The body is not as long as its Content-Length says.',
  },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    status: 415,
    code: 'BAD_CONTENT_TYPE',
    message: 'Send the body as application/json.',
  },
  FST_ERR_CTP_BODY_TOO_LARGE: {
    status: 413,
    code: 'BODY_TOO_LARGE',
    message: `A request body has at most ${httpLimits.bodyBytesMax} bytes.`,
  },
  FST_ERR_BAD_URL: { status: 400, code: 'BAD_URL', message: 'The path is not a valid URL.' },
  FST_ERR_MAX_PARAM_LENGTH: { status: 414, code: 'BAD_URL', message: 'The path is too long.' },
}

const fault: Answer = {
  status: 500,
  code: 'INTERNAL',
  message: 'Something went wrong on our side. Tell us the request id if it happens again.',
}

export function answerErrors(app: FastifyInstance): void {
  app.setErrorHandler(answerError)
  app.setNotFoundHandler((request, reply) =>
    sendError(request, reply, { status: 404, code: 'NOT_FOUND', message: 'There is nothing at this path.' }),
  )
}

export function answerError(
  error: FastifyError | Outage,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  if (isPostgresAway(error)) return answerError(new DatabaseAway(error), request, reply)
  const answer = answerTo(error)
  if (answer === fault) request.log.error({ err: error, requestId: request.id }, 'A request failed')
  return sendError(request, reply, answer)
}

export function sendError(request: FastifyRequest, reply: FastifyReply, answer: Answer): FastifyReply {
  const { status, code, message, retryAfterMs } = answer
  if (retryAfterMs !== undefined) void reply.header('retry-after', Math.ceil(retryAfterMs / 1000))
  const extensions = { code, requestId: request.id, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) }
  return (
    reply
      .code(status)
      .type('application/json; charset=utf-8')
      .header('cache-control', 'no-store')
      // Where the framework itself refuses, no hook has set it.
      .header('x-request-id', request.id)
      .send(JSON.stringify({ errors: [{ message, extensions }] }))
  )
}

function answerTo(error: FastifyError | Outage): Answer {
  const known = knownErrors[error.code]
  if (known) return known
  if (error instanceof Outage) {
    const { code, message, retryAfterMs } = error
    return { status: 503, code, message, retryAfterMs }
  }
  if (error instanceof Refusal) return { status: 400, code: error.code, message: error.message }
  // JSON that carries __proto__ or constructor keys is refused by the parser with a plain 400.
  if (error.statusCode === 400)
    return { status: 400, code: 'BAD_REQUEST', message: 'The request is malformed.' }
  return fault
}
