/**
 * The port through which frames arrive: one subscription to `seatStatusChanged`. The library that carries it is the
 * application's choice; an adapter beside this file is a few lines around an instance of it.
 */
import { isFields, type Problem, problemOf } from './problem.ts'
import type { SeatFrame } from './seat-frame.ts'

export interface FrameStream {
  /**
   * Opens the subscription. `ended` is called at most once, for whatever reason it ended by itself; the stream is then
   * not opened again by the adapter. The returned function ends it, after which nothing is called.
   */
  watch(showId: string, frame: (frame: SeatFrame) => void, ended: (problem: Problem) => void): () => void
}

export const watchSeats = `subscription WatchSeats($showId: ID!) {
  seatStatusChanged(showId: $showId) { epoch after seq changes }
}`

/** A result as every library hands it on. */
export interface StreamResult {
  data?: unknown
  /** GraphQL errors, as graphql-ws and Apollo Client have them. */
  errors?: unknown
  /** An error of the library, as urql and Apollo Client 4 have it. */
  error?: unknown
}

export interface StreamSink {
  next(result: StreamResult): void
  error(error: unknown): void
  complete(): void
}

/**
 * Adapts a library's subscription. Keeps the port's promise whatever the library does: after the end, or after having
 * been ended, nothing more is called.
 */
export function openStream(
  frame: (frame: SeatFrame) => void,
  ended: (problem: Problem) => void,
  subscribe: (sink: StreamSink) => () => void,
): () => void {
  let over = false
  let unsubscribe: (() => void) | null = null
  const end = (problem: Problem) => {
    if (over) return
    over = true
    unsubscribe?.()
    ended(problem)
  }
  try {
    unsubscribe = subscribe({
      next({ data, errors, error }) {
        if (over) return
        const wrong = error ?? errors
        if (wrong) return end(problemOf(wrong))
        const read = readFrame(data)
        if (read) frame(read)
        else end({ code: null, message: 'A frame could not be read.', retryAfterMs: null })
      },
      error: (error) => end(problemOf(error)),
      complete: () => end(problemOf(undefined)),
    })
  } catch (error) {
    end(problemOf(error))
  }
  // It ended before there was a way to end it.
  if (over) unsubscribe?.()
  return () => {
    if (over) return
    over = true
    unsubscribe?.()
  }
}

function readFrame(data: unknown): SeatFrame | null {
  const fields = isFields(data) && isFields(data.seatStatusChanged) ? data.seatStatusChanged : {}
  const { epoch, after, seq, changes } = fields
  if (typeof epoch !== 'number' || typeof after !== 'number' || typeof seq !== 'number') return null
  return typeof changes === 'string' ? { epoch, after, seq, changes } : null
}
