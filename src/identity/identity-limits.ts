/** Every bound of this room, with its unit. */
export const identityLimits = {
  /** Identity providers that put many claims into a token stay below this. */
  tokenCharsMax: 8_192,
  subjectCharsMax: 255,
  secretBytesMin: 32,
  guestTokenTtlMs: 7_200_000,
  /** A guest session is renewed for at most this long after it began. */
  guestSessionMsMax: 30 * 86_400_000,
  /** How far the clocks of an issuer and of ours may differ. */
  clockToleranceS: 5,
  /** Verified tokens that are remembered, and for how long: a key that its issuer withdrew is obeyed after that. */
  verifiedTokensMax: 10_000,
  verifiedMsMax: 300_000,
  /** The issuer's keys: one request, how long its answer is good, how often an unknown key id asks again. */
  keysAnswerMsMax: 3_000,
  keysAgeMsMax: 600_000,
  keysAgainMs: 30_000,
  /** After the keys could not be had, nobody waits for them again for this long. */
  keysAwayMs: 1_000,
} as const
