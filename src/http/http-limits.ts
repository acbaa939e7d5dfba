/** Every bound of this room, with its unit. Bounds on operations themselves stand in src/graphql/limits. */
export const httpLimits = {
  bodyBytesMax: 100_000,
  /** What the payment network calls by itself; its events hold whole objects. */
  webhookBytesMax: 500_000,
  /** A client that sends its request slower than this is cut off. */
  requestReceiveMsMax: 10_000,
  /** An operation without an answer by then is answered as an outage. createBooking takes 12 s at most. */
  requestDeadlineMs: 15_000,
  keepAliveMs: 65_000,
  requestIdCharsMax: 64,
  preflightAgeS: 600,
  /** Layouts kept encoded and compressed: a 20,000-seat hall takes about 3 MB of them. */
  encodedPlansMax: 32,
  /** Which plan a show has is remembered for so many shows and so long. */
  showPlansMax: 5_000,
  showPlanMsMax: 1_000,
  readinessCheckMsMax: 2_000,
  /** WebSocket. */
  socketMessageBytesMax: 64_000,
  socketInitMsMax: 3_000,
  subscriptionsPerSocketMax: 20,
  subscriptionIdCharsMax: 64,
  socketsMax: 20_000,
  socketsPerAddressMax: 1_000,
  socketsPerAccountMax: 20,
  /** Messages that a client may send on one socket within the window. */
  messagesPerWindowMax: 120,
  messageWindowMs: 10_000,
  pingEveryMs: 15_000,
  /** A socket that was told to close and does not is cut off. */
  socketCloseMsMax: 5_000,
  /** On shutdown, viewers are told to come back within this span, each at another moment. */
  reconnectWithinMs: 5_000,
  /** So many at once are told so, then the next after the pause. */
  socketsClosedAtOnceMax: 500,
  betweenClosesMs: 50,
} as const

export type HttpLimits = { -readonly [K in keyof typeof httpLimits]: number }
