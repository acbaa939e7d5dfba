/**
 * Live: what viewers of a seat map are told. Keeps promise 3, every viewer's map converges, together with the rule that
 * a client follows (docs/realtime.md). Reads what seating publishes and changes nothing.
 *
 * Words: a watcher is one subscription's end of the hub; an audience is everyone who asked for the same of one show, whose
 * frames are prepared once; an outlet is where one subscriber's bytes go.
 */
export type { Outlet, PreparedFrame, SharedOperation } from './audience.ts'
export { type Live, openHub, type PositionSource, TooManyWatchers } from './hub.redis.ts'
export { type LiveLimits, liveLimits } from './live-limits.ts'
export { Watcher } from './watcher.ts'
