/** The GraphQL schema: what clients can read, do and watch. Resolvers parse, call one verb of a domain, and shape. */
export type {
  BookingDoor,
  Context,
  GraphqlDeps,
  LimitedOperation,
  LiveDoor,
  SeatingDoor,
} from './context.ts'
export { printId, readBookingId, readNumberedId } from './ids.ts'
export {
  apolloLimits,
  callRates,
  type OperationRequest,
  overspentError,
  type PreparedOperation,
  prepareSubscription,
} from './limits.ts'
export { createLoaders } from './loaders.ts'
export { shareKeyOf } from './same-for-everyone.ts'
export { schema } from './schema.ts'
export { spendCost } from './spend-cost.ts'
export { tellError } from './tell-error.ts'
