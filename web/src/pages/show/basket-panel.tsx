/** What the viewer holds: seats and places with prices, the time left, and the ways on. */
import { useState } from 'react'
import type { LiveBasket } from '../../basket/basket.ts'
import { type Basket, type HeldLock, type HeldSeat, marksOf } from '../../basket/basket-state.ts'
import { Link } from '../../router.tsx'
import { Countdown } from './countdown.tsx'
import { LockPrice } from './lock-price.tsx'
import { PayForm } from './pay-form.tsx'
import { placeName } from './seat-names.ts'
import { useLockQuote } from './use-lock-quote.ts'

interface BasketPanelProps {
  basket: Basket
  live: LiveBasket
  seatsPerBuyerMax: number | null
  /** Names of standing areas by key. */
  areaNames: ReadonlyMap<string, string>
}

export function BasketPanel({ basket, live, seatsPerBuyerMax, areaNames }: BasketPanelProps) {
  const { lock, paying } = basket
  const adding = basket.wishes.filter(({ kind }) => kind === 'takeSeat' || kind === 'takePlaces').length
  return (
    <section className="basket" aria-label="Your seats">
      <header>
        <h2>Your seats</h2>
        {lock && <Countdown endsAtMs={lock.endsAtMs} />}
      </header>
      <BasketNotice basket={basket} live={live} />
      {paying.length > 0 && (
        <p className="notice" data-tone="told">
          A payment for {paying.reduce((sum, { seats }) => sum + seats.length, 0)} of your seats is under way.{' '}
          <Link href="/bookings">See my bookings</Link>
        </p>
      )}
      {!lock && adding === 0 && (
        <p className="basket-empty">
          Choose seats on the map: a click keeps one for you at once, another click gives it back.
          {seatsPerBuyerMax ? ` Up to ${seatsPerBuyerMax} per person.` : ''}
        </p>
      )}
      {(lock || adding > 0) && (
        <ul className="basket-seats">
          {lock &&
            groupSeats(lock.seats).map(({ key, seats }) => (
              <BasketRow key={key} seats={seats} areaNames={areaNames} basket={basket} live={live} />
            ))}
          {adding > 0 && (
            <li className="basket-adding" role="status">
              <span className="spinner" aria-hidden="true" /> Reserving{' '}
              {adding === 1 ? 'one more' : `${adding} more`} …
            </li>
          )}
        </ul>
      )}
      {lock && (
        <>
          <div className="basket-actions">
            <button type="button" className="quiet" disabled={lock.extended} onClick={() => live.extend()}>
              {lock.extended ? 'Time extended' : 'I need more time'}
            </button>
            <button type="button" className="quiet" onClick={() => live.giveAll()}>
              Give all back
            </button>
          </div>
          <Checkout key={lock.id} lock={lock} busy={basket.wishes.length > 0} reload={live.reload} />
        </>
      )}
    </section>
  )
}

function Checkout(props: { lock: HeldLock; busy: boolean; reload: () => Promise<void> }) {
  const [code, setCode] = useState('')
  const quoted = useLockQuote(props.lock, code)
  return (
    <>
      <LockPrice lock={props.lock} quoted={quoted} onCode={setCode} />
      <PayForm
        {...props}
        total={quoted.quote?.total.text ?? props.lock.total.text}
        promotionCode={quoted.refused === null ? code : ''}
      />
    </>
  )
}

function BasketNotice({ basket, live }: { basket: Basket; live: LiveBasket }) {
  const { notice, paused } = basket
  return (
    <div className="basket-notice" aria-live="polite">
      {notice && (
        <div className="notice" data-tone={notice.tone}>
          <p>{notice.text}</p>
          {paused && (
            <p className="notice-actions">
              <button type="button" className="button" onClick={() => live.tryAgain()}>
                Try again
              </button>
              <button type="button" className="quiet" onClick={() => live.withdraw()}>
                Leave it
              </button>
            </p>
          )}
        </div>
      )}
    </div>
  )
}

interface SeatGroup {
  key: string
  seats: HeldSeat[]
}

/** Seats stand alone, places of one standing area together. */
function groupSeats(seats: readonly HeldSeat[]): SeatGroup[] {
  const groups = new Map<string, SeatGroup>()
  for (const seat of seats) {
    const key = seat.area ? `area ${seat.area}` : seat.seatId
    const group = groups.get(key)
    if (group) group.seats.push(seat)
    else groups.set(key, { key, seats: [seat] })
  }
  return [...groups.values()]
}

interface BasketRowProps {
  seats: readonly HeldSeat[]
  areaNames: ReadonlyMap<string, string>
  basket: Basket
  live: LiveBasket
}

function BasketRow({ seats, areaNames, basket, live }: BasketRowProps) {
  const [seat] = seats
  if (!seat) return null
  const leaving = marksOf(basket).get(seat.seatNo) === 'removing'
  const { area } = seat
  const name = area ? (areaNames.get(area) ?? seat.zone) : placeName(seat)
  return (
    <li data-leaving={(leaving && !area) || undefined}>
      <i className="swatch" style={{ backgroundColor: seat.category.color }} />
      <span className="basket-name">
        {seats.length > 1 ? `${seats.length} × ${name}` : name}
        <small>{seat.category.name}</small>
      </span>
      <span className="basket-price">
        {seat.price.text}
        {seats.length > 1 && <small> each</small>}
      </span>
      <button
        type="button"
        className="give-back"
        aria-label={`Give back ${area ? 'one place in ' : ''}${name}`}
        title="Give back"
        disabled={leaving && !area}
        onClick={() => (area ? live.givePlace(area) : live.toggleSeat(seat))}
      >
        ×
      </button>
    </li>
  )
}
