/** Every bound of this room, with its unit. */
export const gateLimits = {
  /** Where a show says nothing else, its gates open so long before its start and close so long after. */
  opensBeforeMinutes: 240,
  closesAfterMinutes: 720,
  opensBeforeMinutesMax: 7 * 24 * 60,
  /** Codes verify for 72 hours after the start (src/ticket/ticket-limits.ts). */
  closesAfterMinutesMax: 72 * 60,
  gatesMax: 50,
  gateNameCharsMax: 40,
  deviceCharsMax: 64,
  nonceCharsMin: 8,
  nonceCharsMax: 64,
  /** Of a sync's `sentAt`, and of the time a scan says of itself, from our clock. */
  clockOffMsMax: 120_000,
  scansPerSyncMax: 200,
  /** Whoever scans at the gate may undo it for so long; organisers may always. */
  undoMsMax: 15 * 60_000,
  /** Rounds of taking a ticket's next turn while other gates take it. */
  turnTriesMax: 20,
  /** A ticket that was scanned so often is looked at by a person. */
  scansPerTicketMax: 1_000,
  conflictsPerPageMax: 100,
  /** Shows that a gate can choose from: from so long before now, the soonest first. */
  showsPastMs: 72 * 3_600_000,
  showsMax: 100,
  /** Devices that ask at once are given the same bundle. */
  bundleMsMax: 2_000,
  bundlesKeptMax: 100,
  /** A bundle opens to no more: a hall of 200,000 seats, all inside, is about 20 MB. */
  bundleBytesMax: 64_000_000,
}

export type GateLimits = typeof gateLimits
