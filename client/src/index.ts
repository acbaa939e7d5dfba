/**
 * Keeps the seat map of a show true, over whatever connection. Promise: whoever follows a show with it ends at the
 * ledger's map, whatever was lost, repeated, reordered or rebuilt on the way, and is told while that is in doubt.
 *
 * Words: a frame is what changed in `(after, seq]`; a snapshot is the whole map at one position; a position is an epoch
 * (raised when the ledger is rebuilt) and a seq within it; the claims are what the server answers from while its ledger
 * is away. The rules are those of docs/realtime.md.
 */
export type { ConnectionState } from './connection-state.ts'
export { type ApolloClientLike, apolloFrames } from './frame-stream.apollo.ts'
export { type GraphqlWsClient, graphqlWsFrames } from './frame-stream.graphql-ws.ts'
export type { FrameStream } from './frame-stream.ts'
export { type UrqlClient, urqlFrames } from './frame-stream.urql.ts'
export { type LiveMap, type LiveMapOptions, openLiveMap, type SeatsChanged } from './live-map.ts'
export type { Position } from './position.ts'
export type { Problem } from './problem.ts'
export type { SeatFrame } from './seat-frame.ts'
export { type SeatCode, seatCodes } from './seat-status.ts'
export type { Snapshot } from './snapshot.ts'
export { type HttpSnapshotOptions, httpSnapshots } from './snapshot-source.http.ts'
export { SnapshotFailed, type SnapshotSource } from './snapshot-source.ts'
export { openSocket, type SocketOptions, type SocketSettings, type TokenWanted } from './socket.ts'
export type { Timers } from './timers.ts'
