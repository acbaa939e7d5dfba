/** Time as a value: what reads the clock is given one, so that tests can hold it still. */
export interface Clock {
  now(): Date
  /** Milliseconds since the epoch. */
  nowMs(): number
}

export const systemClock: Clock = { now: () => new Date(), nowMs: () => Date.now() }
