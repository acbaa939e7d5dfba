/**
 * How often a caller may do what, in points within a window. Buyers are counted by their buyer id; who has none, by
 * network address. An address may be a whole office or a mobile network, so it is given more.
 */
import type { Rate } from '../../platform/rate-limit.ts'

export const callRates = {
  /** Operations document: per user, 60 a minute. Placing, extending and releasing locks. */
  seat_selection: { points: 60, windowS: 60 },
  /** Operations document: per user, 30 a minute. */
  booking: { points: 30, windowS: 60 },
  /** Per address. A new guest is a new user, so this also bounds the two above. */
  guest_session: { points: 60, windowS: 60 },
  /**
   * Per account, which may be that of all doors of a house: thirty doors, three people a second through each. It ends
   * what runs wild, and never a queue of people.
   */
  gate_scan: { points: 6_000, windowS: 60 },
  /** Each takes over 200 scans. */
  gate_sync: { points: 600, windowS: 60 },
  /**
   * Points of cost (cost.ts). A visitor who searches and browses spends some 50,000 a minute; the dearest operation
   * can be sent 40 times. An address pays for its buyers too, because guests cost nothing to make.
   */
  cost_of_buyer: { points: 200_000, windowS: 60 },
  cost_of_address: { points: 2_000_000, windowS: 60 },
} as const satisfies Record<string, Rate>
