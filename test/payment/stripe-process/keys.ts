/** Idempotency keys as Stripe has them: what a request came to once it was being carried out is what a repeat gets. */
import { StripeError } from './stripe-error.ts'

export interface Answer {
  status: number
  body: object
}

/** The caller's connection is cut instead. */
export type Reply = Answer | 'cut'

export interface Keys {
  once(
    key: string,
    request: string,
    step: (store: (answer: Answer) => void) => Promise<Reply>,
  ): Promise<{ reply: Reply; isReplay: boolean }>
  /** As Stripe may after a day. */
  forget(): void
}

export function createKeys(): Keys {
  const known = new Map<string, { request: string; answer: Answer | null }>()

  return {
    async once(key, request, step) {
      const earlier = known.get(key)
      if (earlier && earlier.request !== request) {
        throw new StripeError(400, {
          type: 'idempotency_error',
          message: `Keys can only be used with the request they were first used with (key: ${key}).`,
        })
      }
      if (earlier?.answer) return { reply: earlier.answer, isReplay: true }
      if (earlier) {
        throw new StripeError(409, {
          ...{ type: 'idempotency_error', code: 'idempotency_key_in_use' },
          message: `There is another request at work with this key (key: ${key}).`,
        })
      }
      const entry: { request: string; answer: Answer | null } = { request, answer: null }
      known.set(key, entry)
      try {
        const reply = await step((answer) => {
          entry.answer = answer
        })
        if (reply !== 'cut') entry.answer ??= reply
        return { reply, isReplay: false }
      } catch (error) {
        if (error instanceof StripeError && error.isStored) {
          entry.answer = { status: error.status, body: error.body }
        }
        throw error
      } finally {
        if (!entry.answer) known.delete(key)
      }
    },
    forget: () => known.clear(),
  }
}
