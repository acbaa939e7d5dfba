/** Every bound of the audit, with its unit. What is allowed to wait stands in docs/booking.md and docs/ledger.md. */
export const auditLimits: AuditLimits = {
  /** Only what has not changed for this long is judged. */
  stillMs: 60_000,
  /** Findings told per check. All are counted. */
  findingsPerCheckMax: 20,
  bookingsPerPage: 1_000,
  claimsPerPage: 10_000,
  showsPerPage: 200,
  /** A snapshot keeps PostgreSQL from cleaning up behind it, so a long audit takes a new one between two pages. */
  snapshotMsMax: 60_000,
  /** A page that takes longer than this meets something that is wrong with the server, not with the data. */
  statementMsMax: 60_000,
  /** Expired claims stay for 60 s and are then found by a sweep every 30 s; this leaves room for a missed round. */
  lockPastExpiryMsMax: 180_000,
  /** A booking whose confirm was not sent: given up after 15 minutes. */
  unsentMsMax: 900_000,
  /** A booking whose confirm was sent: handed to a person after 2 hours. */
  unknownMsMax: 7_200_000,
  /** A refund that is owed: handed to a person after 20 hours. */
  refundMsMax: 72_000_000,
  /** What is allowed on top of each of these, for a watch that has much to do. */
  lateMsMax: 600_000,
  outboxMsMax: 300_000,
  /** Late rows counted; so many say enough. */
  outboxRowsMax: 10_000,
  /** Differences of ledgers remembered between the two comparisons; a ledger that is worse is wrong as a whole. */
  differencesMax: 10_000,
  gatewayDaysMax: 7,
  gatewayLooksMax: 100_000,
  gatewayLooksAtOnceMax: 4,
  gatewayTimeoutMs: 10_000,
  /** Looks in a row without an answer, after which the gateway counts as away. */
  gatewayMissesMax: 8,
}

export interface AuditLimits {
  stillMs: number
  findingsPerCheckMax: number
  bookingsPerPage: number
  claimsPerPage: number
  showsPerPage: number
  snapshotMsMax: number
  statementMsMax: number
  lockPastExpiryMsMax: number
  unsentMsMax: number
  unknownMsMax: number
  refundMsMax: number
  lateMsMax: number
  outboxMsMax: number
  outboxRowsMax: number
  differencesMax: number
  gatewayDaysMax: number
  gatewayLooksMax: number
  gatewayLooksAtOnceMax: number
  gatewayTimeoutMs: number
  gatewayMissesMax: number
}
