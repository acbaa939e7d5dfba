/** Bounds and rhythms of the hub. */
export const liveLimits = {
  /** Changes gather for this long, and until as long after the last round as that round took. */
  tickMs: 20,
  /** How often every watched show is told where the source stands. */
  heartbeatMs: 2_000,
  /** A message that the source has already counted may still be on its way to us. */
  catchUpMs: 100,
  watchersMax: 50_000,
  /** Different operations on one show that are executed once for all who sent them. */
  operationsPerShowMax: 200,
  /** Subscriptions whose answers cannot be shared, in the whole process; each is executed at most this often. */
  aloneMax: 500,
  aloneEveryMs: 500,
  /** A slow reader's waiting frame beyond this many seats tells the position alone: the packed map is shorter by then. */
  pendingSeatsMax: 2_000,
  /** What a show keeps for readers who were skipped for a moment. */
  recentFramesMax: 64,
  recentSeatsMax: 4_000,
  /** Distinct gaps of slow readers that are executed in one round; the others are told the position. */
  catchUpsPerRoundMax: 8,
  /** A reader who takes nothing for this long is cut off. */
  slowMsMax: 20_000,
  /** Heartbeats in a row that found us behind while nothing arrived: the subscription is dead, and is made anew. */
  deafBeatsMax: 3,
} as const

export type LiveLimits = { -readonly [Name in keyof typeof liveLimits]: number }
