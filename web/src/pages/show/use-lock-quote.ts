/** What the lock would cost, asked again whenever its seats or the promotion code change. */
import { useEffect, useState } from 'react'
import { ask } from '../../api/client.ts'
import { lockQuote } from '../../basket/basket-documents.ts'
import type { HeldLock } from '../../basket/basket-state.ts'
import type { LockQuoteQuery } from '../../generated/graphql.ts'

type Answer = NonNullable<LockQuoteQuery['lock']>['quote']
export type LockQuote = Extract<Answer, { __typename: 'QuoteOk' }>['quote']

export interface Quoted {
  quote: LockQuote | null
  /** Why the code does not hold. */
  refused: string | null
}

export function useLockQuote(lock: HeldLock, promotionCode: string): Quoted {
  const [quoted, setQuoted] = useState<Quoted>({ quote: null, refused: null })
  const { id } = lock
  const seats = lock.seats.map(({ seatNo }) => seatNo).join()
  // biome-ignore lint/correctness/useExhaustiveDependencies: other seats cost something else.
  useEffect(() => {
    let over = false
    ask(lockQuote, { id, code: promotionCode || null })
      .then(({ lock: asked }) => {
        if (over || !asked) return
        const { quote: answer } = asked
        setQuoted(
          answer.__typename === 'QuoteOk'
            ? { quote: answer.quote, refused: null }
            : { quote: null, refused: answer.message },
        )
      })
      // The lock's own total stands meanwhile.
      .catch(() => {})
    return () => {
      over = true
    }
  }, [id, promotionCode, seats])
  return quoted
}
