/** What a client is told of an error, on every transport: an absent database is an outage and not a fault. */
import { GraphQLError, type GraphQLFormattedError } from 'graphql'
import { DatabaseAway, isPostgresAway } from '../platform/postgres-away.ts'
import { type FaultLog, maskError, rootOf } from './mask-error.ts'

export function tellError(error: unknown, requestId: string, log: FaultLog): GraphQLFormattedError {
  return maskError(asOutage(error), requestId, log)
}

function asOutage(error: unknown): unknown {
  const root = rootOf(error)
  if (!isPostgresAway(root)) return error
  const away = new DatabaseAway(root)
  if (!(error instanceof GraphQLError)) return away
  const { nodes, path } = error
  return new GraphQLError(away.message, { nodes: nodes ?? null, path: path ?? null, originalError: away })
}
