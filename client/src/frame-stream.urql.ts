/** Frames over a client of urql that has a subscriptionExchange. */
import { type FrameStream, openStream, type StreamResult, watchSeats } from './frame-stream.ts'

/** What is used of it. */
export interface UrqlClient {
  subscription(
    query: string,
    variables: { showId: string },
  ): { subscribe(onResult: (result: UrqlResult) => void): { unsubscribe(): void } }
}

export interface UrqlResult extends StreamResult {
  hasNext: boolean
}

export function urqlFrames(client: UrqlClient): FrameStream {
  return {
    watch: (showId, frame, ended) =>
      openStream(frame, ended, (sink) => {
        const { unsubscribe } = client.subscription(watchSeats, { showId }).subscribe((result) => {
          // A last result that only repeats the data says that there will be no more.
          if (result.hasNext || result.error) sink.next(result)
          else sink.complete()
        })
        return unsubscribe
      }),
  }
}
