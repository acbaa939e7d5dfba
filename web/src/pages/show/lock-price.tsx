/** The price of the lock taken apart, everything included, and the place for a promotion code. */
import { type FormEvent, useState } from 'react'
import type { HeldLock } from '../../basket/basket-state.ts'
import type { LockQuote, Quoted } from './use-lock-quote.ts'

interface LockPriceProps {
  lock: HeldLock
  quoted: Quoted
  onCode: (code: string) => void
}

export function LockPrice({ lock, quoted: { quote, refused }, onCode }: LockPriceProps) {
  return (
    <>
      <PromotionForm refused={refused} onCode={onCode} />
      {quote && <Parts quote={quote} />}
      <p className="basket-total">
        <span>Total</span> <strong>{quote?.total.text ?? lock.total.text}</strong>
      </p>
    </>
  )
}

function Parts({ quote }: { quote: LockQuote }) {
  const parts = [
    { name: 'Promotion', text: `−${quote.discount.text}`, amount: quote.discount },
    { name: 'Fees', text: quote.fees.text, amount: quote.fees },
    { name: 'Tax in the total', text: quote.tax.text, amount: quote.tax },
  ].filter(({ amount }) => amount.amountMinor > 0)
  if (parts.length === 0) return null
  return (
    <dl className="price-parts">
      {parts.map(({ name, text }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  )
}

function PromotionForm({ refused, onCode }: { refused: string | null; onCode: (code: string) => void }) {
  const [typed, setTyped] = useState('')
  const apply = (event: FormEvent) => {
    event.preventDefault()
    onCode(typed.trim())
  }
  return (
    <form className="promotion" onSubmit={apply}>
      <label>
        Promotion code
        <input
          className="promotion-code"
          value={typed}
          maxLength={40}
          onChange={(event) => setTyped(event.target.value)}
        />
      </label>
      <button type="submit" className="button">
        Apply
      </button>
      {refused && <p role="alert">{refused}</p>}
    </form>
  )
}
