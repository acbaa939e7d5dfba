/** Bounds and rhythms of the hub. */
export const liveLimits = {
  /** Changes gather for this long, and for twice as long as the last round took. */
  tickMs: 20,
  /** How often every watched show is told where the source stands. */
  heartbeatMs: 2_000,
  /** A message that the source has already counted may still be on its way to us. */
  catchUpMs: 100,
  watchersMax: 50_000,
  /** A slow reader's waiting frame beyond this many seats tells the position alone: the packed map is shorter by then. */
  pendingSeatsMax: 2_000,
  /** Heartbeats in a row that found us behind while nothing arrived: the subscription is dead, and is made anew. */
  deafBeatsMax: 3,
} as const

export type LiveLimits = { -readonly [Name in keyof typeof liveLimits]: number }
