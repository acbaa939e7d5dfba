/**
 * Live: what viewers of a seat map are told. Keeps promise 3, every viewer's map converges, together with the rule that
 * a client follows (docs/realtime.md). Reads what seating publishes and changes nothing.
 */
export { type Live, openHub, type PositionSource, TooManyWatchers } from './hub.redis.ts'
export { type LiveLimits, liveLimits } from './live-limits.ts'
