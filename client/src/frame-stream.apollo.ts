/** Frames over Apollo Client 3 or 4 whose link takes subscriptions, such as its GraphQLWsLink. */
import { type FrameStream, openStream, type StreamResult, watchSeats } from './frame-stream.ts'

/** What is used of it. `Document` is what its `gql` makes of a text. */
export interface ApolloClientLike<Document> {
  subscribe(options: { query: Document; variables: { showId: string }; fetchPolicy: 'no-cache' }): {
    subscribe(observer: {
      next(result: StreamResult): void
      error(error: unknown): void
      complete(): void
    }): { unsubscribe(): void }
  }
}

/** `gql` is Apollo Client's own: documents are its kind, and made by it. */
export function apolloFrames<Document>(
  client: ApolloClientLike<Document>,
  gql: (text: string) => Document,
): FrameStream {
  const query = gql(watchSeats)
  return {
    watch: (showId, frame, ended) =>
      openStream(frame, ended, (sink) => {
        // A frame is worth nothing a moment later, so it is kept out of the cache.
        const frames = client.subscribe({ query, variables: { showId }, fetchPolicy: 'no-cache' })
        const subscription = frames.subscribe(sink)
        return () => subscription.unsubscribe()
      }),
  }
}
