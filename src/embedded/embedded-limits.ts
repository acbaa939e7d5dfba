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
  leftoverPollMs: 20,
  /** Downloading a package list and four small packages. */
  downloadMsMax: 120_000,
  /** Asking a binary for its version. */
  versionMsMax: 5_000,
  /** Free ports tried before giving up. */
  portAttemptsMax: 20,
  readyPollMs: 5,
  /** Of a server's log, shown in the sentence that says how it ended. */
  lastWordsLinesMax: 8,
  /** Of what apt and dpkg print, kept for the sentence that says why they failed. */
  toolOutputCharsMax: 20_000,
} as const

// The guard must have given up on a polite end before anyone concludes that nobody is ending the server.
if (embeddedLimits.leftoverEndMsMax <= embeddedLimits.stopMsMax) {
  throw new Error('leftoverEndMsMax must exceed stopMsMax')
}
