/**
 * Pays for a lock with a token of the sandbox. The key of a purchase stays the same for the same lock and token,
 * also over a reload, so that trying again never pays twice.
 */
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { newActionKey } from '../../api/action-key.ts'
import { ask } from '../../api/client.ts'
import { createBooking } from '../../basket/basket-documents.ts'
import type { HeldLock } from '../../basket/basket-state.ts'
import { repeatUntilKnown } from '../../basket/retry.ts'
import { bookingPath, navigate } from '../../router.tsx'
import { type SandboxMethod, unusualMethods, usualMethods } from './sandbox-methods.ts'

interface PayFormProps {
  lock: HeldLock
  /** As the buyer sees it, with the promotion code that holds; an empty code is none. */
  total: string
  promotionCode: string
  /** Seats are still being taken or given back. */
  busy: boolean
  reload: () => Promise<void>
}

export function PayForm({ lock, total, promotionCode, busy, reload }: PayFormProps) {
  const [token, setToken] = useState(usualMethods[0]?.token ?? '')
  const [email, setEmail] = useState('')
  const [paying, setPaying] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const leaving = useRef(new AbortController())
  useEffect(() => {
    leaving.current = new AbortController()
    return () => leaving.current.abort()
  }, [])

  const pay = async (event: FormEvent) => {
    event.preventDefault()
    setPaying(true)
    setProblem(null)
    const to = email.trim()
    const key = purchaseKey(lock.id, [token, promotionCode, to].join(' '))
    const { signal } = leaving.current
    const answer = await repeatUntilKnown(
      async () =>
        (
          await ask(createBooking, {
            lockId: lock.id,
            paymentMethod: token,
            code: promotionCode || null,
            email: to || null,
            key,
          })
        ).createBooking,
      signal,
    ).catch(() => null)
    if (signal.aborted) return
    if (answer?.__typename === 'CreateBookingOk') {
      navigate(bookingPath(answer.booking.id))
      return
    }
    setPaying(false)
    setProblem(
      answer?.message ?? 'There was no answer. Try again: you are charged once, however often you try.',
    )
    reload().catch(() => {})
  }

  return (
    <form className="pay" onSubmit={pay} aria-busy={paying}>
      <fieldset disabled={paying}>
        <legend>Pay with the sandbox</legend>
        <p className="pay-hint">No real money moves. Choose how the payment should go.</p>
        {usualMethods.map((method) => (
          <Method key={method.token} method={method} chosen={token} onChoose={setToken} />
        ))}
        <details>
          <summary>What can go wrong on the way</summary>
          {unusualMethods.map((method) => (
            <Method key={method.token} method={method} chosen={token} onChoose={setToken} />
          ))}
        </details>
        <label className="pay-email">
          <span>E-mail, for your tickets (optional)</span>
          <input
            type="email"
            name="email"
            autoComplete="email"
            maxLength={254}
            value={email}
            onChange={(event) => setEmail(event.target.value)}
          />
        </label>
      </fieldset>
      {problem && (
        <p className="notice" data-tone="refused" role="alert">
          {problem}
        </p>
      )}
      <button type="submit" className="button primary" disabled={paying || busy}>
        {paying ? (
          <>
            <span className="spinner" aria-hidden="true" /> Paying …
          </>
        ) : (
          `Pay ${total}`
        )}
      </button>
      {paying && (
        <p className="pay-hint" role="status">
          The gateway may take up to 12 seconds. Your seats stay yours.
        </p>
      )}
    </form>
  )
}

interface MethodProps {
  method: SandboxMethod
  chosen: string
  onChoose: (token: string) => void
}

function Method({ method, chosen, onChoose }: MethodProps) {
  return (
    <label>
      <input
        type="radio"
        name="method"
        value={method.token}
        checked={chosen === method.token}
        onChange={() => onChoose(method.token)}
      />
      <span>
        {method.name} <code>{method.token}</code>
        <small>{method.explanation}</small>
      </span>
    </label>
  )
}

/** `what`: everything that a repeat with the same key must not change. It stays in this tab. */
function purchaseKey(lockId: string, what: string): string {
  const name = `rowlock.purchase ${lockId} ${what}`
  try {
    const known = sessionStorage.getItem(name)
    if (known) return known
    const key = newActionKey()
    sessionStorage.setItem(name, key)
    return key
  } catch {
    return newActionKey()
  }
}
