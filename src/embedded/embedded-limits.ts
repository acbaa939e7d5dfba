/** Every wait and buffer of the embedded servers, in one place. */
export const embeddedLimits = {
  /** A cluster that was cut off replays its journal first, so this is generous. */
  postgresStartMsMax: 60_000,
  /** Loading a large append-only file counts as starting. */
  redisStartMsMax: 60_000,
  initialiseMsMax: 60_000,
  /** After a polite request to end; then it is killed. */
  stopMsMax: 10_000,
  /** How long a server whose owner died may take to end before its folder counts as used by somebody else. */
  leftoverEndMsMax: 15_000,
  /** Downloading a package list and four small packages. */
  downloadMsMax: 120_000,
  /** Asking a binary for its version. */
  versionMsMax: 5_000,
  /** Free ports tried before giving up. */
  portAttemptsMax: 20,
  /** Of a server's own output, kept for the sentence that says why it ended. */
  outputLinesMax: 40,
  outputLineCharsMax: 500,
} as const

// The guard must have given up on a polite end before anyone concludes that nobody is ending the server.
if (embeddedLimits.leftoverEndMsMax <= embeddedLimits.stopMsMax) {
  throw new Error('leftoverEndMsMax must exceed stopMsMax')
}
