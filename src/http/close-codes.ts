/**
 * Why this server ends a WebSocket. graphql-transport-ws adds its own: 4400 malformed message, 4406 wrong
 * subprotocol, 4408 no connection_init in time (docs/realtime.md).
 */
export const closeCodes = {
  /** The process shuts down. The reason is `{"retryAfterMs": n}`; another node takes over. */
  goingAway: 1001,
  /** A malformed message, or an id that is too long. */
  badMessage: 4400,
  /** The token of connection_init is no good. Coming back with the same one is useless. */
  badToken: 4401,
  /** The token ended. Come back with a new one. */
  tokenExpired: 4403,
  /** A subscription id that is still in use. */
  idInUse: 4409,
  /** More messages than a viewer can have reason to send. */
  tooManyMessages: 4429,
  /** This account or address has too many sockets. Close one, or wait. */
  tooManySockets: 4430,
  /** Frames wait for this viewer for too long. Come back, over a better line. */
  tooSlow: 4431,
  /** A fault of ours; come back. */
  fault: 4500,
} as const
