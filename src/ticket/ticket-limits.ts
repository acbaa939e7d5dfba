/** Every bound of this room, with its unit. */
const hourMs = 3_600_000

export const ticketLimits = {
  /** A code is shown, and its key kept, until this long after the show's start. */
  codeLifeAfterStartMs: 72 * hourMs,
  /** Codes asked for at once: the tickets of a page of bookings. */
  codesPerCallMax: 1_000,
  /** Keys that are not revoked. Each gate device holds them all. */
  liveKeysMax: 100,
  /** Revoked keys that gates are told of, newest first. An older one is answered as unknown, and refused as well. */
  revokedKeysToldMax: 500,
  /** Keys that sign what gates are handed: the newest. */
  gateSignaturesMax: 8,
  /** Rounds of binding a ticket to a key while keys are revoked under way. */
  bindTriesMax: 3,
}

export type TicketLimits = typeof ticketLimits
