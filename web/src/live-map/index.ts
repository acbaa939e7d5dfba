/** The page's door to the client that keeps seat maps true (client/README.md). The page adds nothing to it. */
export {
  type ConnectionState,
  graphqlWsFrames,
  httpSnapshots,
  type LiveMap,
  openLiveMap,
  openSocket,
  type SeatCode,
  seatCodes,
} from '../../../client/src/index.ts'
