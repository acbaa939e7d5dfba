/** The GraphQL schema: what clients can read, do and watch. Resolvers parse, call one verb of a domain, and shape. */
export type {
  BookingDoor,
  Context,
  GraphqlDeps,
  LimitedOperation,
  LiveDoor,
  SeatingDoor,
} from './context.ts'
export { printId, readNumberedId } from './ids.ts'
export { createLoaders } from './loaders.ts'
export { type OperationRequest, prepareSubscription } from './prepare-subscription.ts'
export { schema } from './schema.ts'
