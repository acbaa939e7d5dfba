/** Every bound of the sandbox, with its unit. docs/sandbox-gateway.md names those a caller can meet. */
export const sandboxLimits = {
  bodyBytesMax: 65_536,
  referenceCharsMax: 100,
  returnUrlCharsMax: 2_000,
  amountMinorMax: 100_000_000,
  /** Kept in memory for as long as the process lives. */
  intentsMax: 200_000,
  refundsPerIntentMax: 100,
  /** A key is remembered for as long as the port demands at least. */
  keyLifeMs: 86_400_000,
  /** `tok_slow` answers after this. */
  slowMs: 2_000,
  /** `tok_late` takes the money this long after its caller gave up. */
  lateMs: 1_000,
  /** A caller that is never answered and does not give up is cut off. */
  silenceMsMax: 60_000,
  delayMsMax: 60_000,
  /** A request must have arrived in full by then. */
  requestMsMax: 10_000,
  connectionsMax: 5_000,
  movementsPerAnswerMax: 10_000,
  paymentsShownMax: 200,
  /** How long running requests may take to end when the process is told to. */
  closeMsMax: 500,
} as const
