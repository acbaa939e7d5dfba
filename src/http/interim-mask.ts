import { GraphQLError, type GraphQLFormattedError } from 'graphql'
import { Outage, Refusal } from '../platform/failures.ts'
import type { Logger } from '../platform/logging.ts'
export function mask(error: unknown, requestId: string, log: Pick<Logger, 'error'>): GraphQLFormattedError {
  const e = error instanceof GraphQLError ? error : new GraphQLError('x', { originalError: error as Error })
  let inner: unknown = e
  while (inner instanceof GraphQLError && inner.originalError) inner = inner.originalError
  const base = { ...(e.locations && { locations: e.locations }), ...(e.path && { path: e.path }) }
  if (inner instanceof GraphQLError)
    return {
      ...inner.toJSON(),
      ...base,
      message: inner.message,
      extensions: { code: 'BAD_REQUEST', ...e.extensions },
    }
  if (inner instanceof Refusal) return { ...base, message: inner.message, extensions: { code: inner.code } }
  if (inner instanceof Outage)
    return {
      ...base,
      message: inner.message,
      extensions: { code: inner.code, retryAfterMs: inner.retryAfterMs },
    }
  log.error({ err: inner, requestId }, 'An operation failed')
  return {
    ...base,
    message: 'Something went wrong on our side.',
    extensions: { code: 'INTERNAL', requestId },
  }
}
