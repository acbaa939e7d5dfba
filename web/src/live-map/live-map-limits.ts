/** Every wait of the live map, in one place. */
export const liveMapLimits = {
  /** The stream repeats itself every 2 s; three silent beats mean that the map may be behind. */
  silenceMs: 6_000,
  /** The first snapshot after a loss is asked for within this time, at random, so that viewers spread out. */
  resyncJitterMs: 400,
  /** A failed snapshot is repeated after a delay that doubles from here … */
  retryBaseMs: 1_000,
  /** … up to here, each time at random between half of the delay and all of it. */
  retryMaxMs: 15_000,
  /** A stream that ended is opened again after at least this time, doubling up to `retryMaxMs`. */
  reopenBaseMs: 500,
} as const

/** The wait before a snapshot is asked for: spread over the jitter at first, then doubling. */
export function resyncDelayMs(attempt: number, random: number): number {
  if (attempt === 0) return random * liveMapLimits.resyncJitterMs
  return spread(liveMapLimits.retryBaseMs * 2 ** (attempt - 1), random)
}

export function reopenDelayMs(attempt: number, random: number): number {
  return spread(liveMapLimits.reopenBaseMs * 2 ** attempt, random)
}

function spread(delayMs: number, random: number): number {
  const capped = Math.min(delayMs, liveMapLimits.retryMaxMs)
  return capped / 2 + (capped / 2) * random
}
