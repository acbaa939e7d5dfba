/** Every wait and bound of the client, in one place. What the server bounds stands in docs/realtime.md. */
export const clientLimits = {
  /** The stream repeats itself every 2 s; two missed beats, and a second for the way, make the map stale. */
  silenceMs: 5_000,
  /** A stream that has said nothing for this long is taken for dead and opened again. */
  deafMs: 20_000,
  /** A loss is usually mended before anyone would notice; one that lasts longer makes the map stale. */
  behindMs: 2_000,
  /** The first snapshot follows the first frame, so that one snapshot is enough; a slow stream is not waited for. */
  firstFrameMs: 300,
  /** A snapshot after a loss is asked for within this time, at random: everyone else may have lost the same. */
  resyncJitterMs: 250,
  snapshotMsMax: 6_000,
  /** A failed snapshot is repeated after a random part of a pause that doubles from here to `pauseMsMax`. */
  retryBaseMs: 1_000,
  /** The same for a stream that ended. */
  reopenBaseMs: 2_000,
  /** No longer: five seconds after everything is well again the map shall be right. A server that wants more says so. */
  pauseMsMax: 4_000,
  /** A stream that lived this long starts over with the shortest pause when it ends. */
  steadyMs: 10_000,
  /** A server's "come back after" is believed up to here. */
  hintMsMax: 60_000,
  /** Too many messages or sockets: sooner would only be refused again. */
  crowdedMs: 10_000,
  /** The server says that this client is wrong; only a new version of it will be heard. */
  mistakenMs: 60_000,
  /** Frames that wait for a snapshot are kept as text up to here; beyond, their position alone. */
  pendingCharsMax: 64_000,
  tokenMsMax: 8_000,
  /** From the wish to connect to the server's yes, the token included. */
  connectMsMax: 15_000,
  /** A socket on which nothing came for this long is asked whether it lives, and given up if it does not say so. */
  quietMs: 8_000,
  pongMsMax: 4_000,
  /** An unused socket is kept this long: the next page may want it. */
  lingerMs: 3_000,
} as const
