/** What a simulated on-sale is like. Times of people are multiplied by `pace`, so that ten minutes fit into one. */
export interface SimulationSettings {
  fans: number
  /** Within this, fans arrive: half of them in a rush that fades, half evenly. */
  arriveMs: number
  /** 1: people as they are; 0.1: ten times faster. */
  pace: number
  /** Sockets that watch the map all the time. */
  viewers: number
  /** The same seed, the same people. What the server answers, and when, is its own. */
  seed: number
}

/** Believable people, told in one place. Shares are of 1; times are medians of a log-normal distribution, in ms. */
export const people = {
  /** Seats wanted by one fan, with their shares. */
  groups: [
    [1, 0.14],
    [2, 0.5],
    [3, 0.12],
    [4, 0.17],
    [5, 0.04],
    [6, 0.03],
  ],
  lookMs: 6_000,
  /** After somebody else was faster: shorter, because everybody hurries. */
  lookAgainMs: 2_500,
  /** From the lock to the payment. */
  checkoutMs: 25_000,
  spread: 0.5,
  /** Lost seats before a fan gives up. */
  triesMax: 6,
  /** Leave with their seats locked: some say so, the others' locks run out. */
  leaveAtCheckout: 0.1,
  leavesPolitely: 0.4,
  declined: 0.05,
  /** Try another card after a declined one. */
  paysAgain: 0.7,
  /** Of those who are refused for asking too often or because something is away. */
  waitsMax: 8,
  bookingPollMs: 1_000,
  bookingPollsMax: 30,
} as const

/** Locks live five minutes for people as they are, and as much shorter as people are faster. */
export const lockSeconds = (pace: number) => Math.max(5, Math.round(300 * pace))
