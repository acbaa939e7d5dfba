/** Frames over a client of graphql-ws. */
import { type FrameStream, openStream, type StreamSink, watchSeats } from './frame-stream.ts'

/** What is used of it. */
export interface GraphqlWsClient {
  subscribe(payload: { query: string; variables: { showId: string } }, sink: StreamSink): () => void
}

export function graphqlWsFrames(client: GraphqlWsClient): FrameStream {
  return {
    watch: (showId, frame, ended) =>
      openStream(frame, ended, (sink) =>
        client.subscribe({ query: watchSeats, variables: { showId } }, sink),
      ),
  }
}
