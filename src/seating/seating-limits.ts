/** Every bound of this room, with its unit. What a venue may choose comes from the configuration. */
export const seatingLimits: SeatingLimits = {
  /** Seats named in one call; the GraphQL rules allow lists of this length. */
  seatsPerCallMax: 100,
  areasPerCallMax: 20,
  /** Operations document: a lock lives five minutes. */
  lockTtlMs: 300_000,
  /** One extension of a lock, and the age that it never passes. */
  extensionMs: 300_000,
  lockAgeMsMax: 900_000,
  /** Operations document: seat locking answers within two seconds. A claim that has not begun by then is not made. */
  placeDeadlineMs: 2_000,
  /** No verb of a buyer keeps its caller longer, whatever is silent: the answer is then a retryable outage. */
  answerMsMax: 5_000,
  /** Claims of a lock are deleted this long after its expiry, if the ledger no longer holds it. */
  claimGraceMs: 60_000,
  /** Locks ended by one script call: 15,000 at once would stop Redis for 0.3 s. */
  expiredPerCallMax: 200,
  sweepEveryMs: 30_000,
  /** How long a show's facts (status, limits) may be remembered; the fence decides in the end. */
  showFactsTtlMs: 1_000,
  showFactsMax: 2_000,
  /** The claim batch. */
  batchMembersMax: 64,
  batchSeatsMax: 512,
  batchesInFlightMax: 2,
  batchQueueMax: 5_000,
  batchRetriesMax: 5,
  /** A connection or a statement without an answer by then is given up, and the outcome is unknown. */
  statementTimeoutMs: 2_000,
  /** No further try of a batch begins when its first one is this old. */
  batchTryMsMax: 2_000,
  /** Outbox rows are left to the process that wrote them for this long. */
  relayAfterMs: 5_000,
  relayEveryMs: 1_000,
  relayRowsMax: 100,
  /** A ledger step tries this often to meet a ledger that is new enough. */
  ledgerStepTriesMax: 6,
  rebuildWaitMs: 1_000,
  /** A rebuild waits this long, a few times, for the writers that hold the fence. */
  fenceWaitMs: 500,
  /** The ledger of a show goes this long after the show began; its claims stay. */
  ledgerKeptMs: 604_800_000,
  removeEveryMs: 600_000,
  removedSeatsPerCallMax: 500,
  removedShowsPerPageMax: 500,
}

export interface LockTimes {
  lockTtlMs: number
  extensionMs: number
  lockAgeMsMax: number
}

export interface SeatingLimits extends LockTimes {
  seatsPerCallMax: number
  areasPerCallMax: number
  placeDeadlineMs: number
  answerMsMax: number
  claimGraceMs: number
  expiredPerCallMax: number
  sweepEveryMs: number
  showFactsTtlMs: number
  showFactsMax: number
  batchMembersMax: number
  batchSeatsMax: number
  batchesInFlightMax: number
  batchQueueMax: number
  batchRetriesMax: number
  statementTimeoutMs: number
  batchTryMsMax: number
  relayAfterMs: number
  relayEveryMs: number
  relayRowsMax: number
  ledgerStepTriesMax: number
  rebuildWaitMs: number
  fenceWaitMs: number
  ledgerKeptMs: number
  removeEveryMs: number
  removedSeatsPerCallMax: number
  removedShowsPerPageMax: number
}
