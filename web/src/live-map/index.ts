/**
 * The live seat map: follows a show's statuses from a stream of frames and never shows an older map than it
 * has shown. Words: a frame is what changed in `(after, seq]`; a snapshot is the whole map at one position;
 * a position is an epoch (raised when the ledger is rebuilt) and a seq within it. Free of frameworks and of
 * transports, so it can be used by any page.
 */
export { type LiveMap, type LiveMapSource, type LiveMapTrust, openLiveMap, type Timers } from './live-map.ts'
export { parseChanges, type SeatCode, type SeatFrame, seatCodes } from './seat-frame.ts'
export { type Position, type Snapshot, unpackStatuses } from './snapshot.ts'
