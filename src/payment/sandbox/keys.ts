/**
 * Idempotency keys, as the networks have them. A repeated key is given the stored answer, even an error; with another
 * request it is refused; while its first request runs it is a conflict. What a step did and the key's answer are
 * written as one line, in the same turn in which it was decided: a step that waited between the two could decide on an
 * intent that another step has changed meanwhile, and take the money twice.
 */
import type { Books, Line } from './books.ts'
import { SandboxRefusal, StateRefusal } from './refusals.ts'

export interface KeyedCall {
  key: string
  /** Of the path and the body: equal for equal requests. */
  fingerprint: string
}

export interface Answer {
  status: number
  body: object
}

/** What a caller gets: an answer, or a cut connection. */
export type Reply = Answer | 'cut'

/** What a step came to. */
export interface Done extends Answer {
  /** What is written together with the key's answer. */
  line: Line
  /** The answer is stored, and the caller does not get it. */
  cut?: boolean
}

/** Writes what a step came to, and answers what its caller gets. */
export type Settle = (done: Done) => Reply

export interface Keys {
  /** A step that does not settle did nothing at all, and its key is as if it had never been used. */
  once(call: KeyedCall, step: (settle: Settle) => Reply | Promise<Reply>): Promise<Reply>
}

export function createKeys(books: Books, nowMs: () => number): Keys {
  const running = new Map<string, string>()

  const settled = ({ key, fingerprint }: KeyedCall, { line, status, body, cut }: Done): Reply => {
    books.write({ ...line, answer: { key, fingerprint, status, body, atMs: nowMs() } })
    return cut ? 'cut' : { status, body }
  }

  return {
    async once(call, step) {
      const known = books.answerOf(call.key)
      const fingerprint = known?.fingerprint ?? running.get(call.key)
      if (fingerprint !== undefined && fingerprint !== call.fingerprint) {
        throw new SandboxRefusal(400, 'key_reused', 'This key was used with another request')
      }
      if (known) return { status: known.status, body: known.body }
      if (fingerprint !== undefined) {
        throw new SandboxRefusal(409, 'key_in_use', 'A request with this key is still running')
      }
      running.set(call.key, call.fingerprint)
      try {
        return await step((done) => settled(call, done))
      } catch (error) {
        if (!(error instanceof StateRefusal)) throw error
        const { status, code, message } = error
        return settled(call, { line: {}, status, body: { code, message } })
      } finally {
        running.delete(call.key)
      }
    },
  }
}
