/**
 * How much one operation may ask for. One set of rules for every transport: HTTP hands them to Apollo Server, the
 * WebSocket runs them itself. docs/graphql-limits.md lists the numbers and the codes.
 */
export { apolloLimits } from './limits/apollo-limits.ts'
export { callRates } from './limits/call-rates.ts'
export { graphqlLimits, type LimitHints } from './limits/graphql-limits.ts'
export { overspentError } from './limits/limit-error.ts'
export {
  type OperationRequest,
  type PreparedOperation,
  type PrepareOptions,
  prepareSubscription,
} from './limits/prepare-subscription.ts'
