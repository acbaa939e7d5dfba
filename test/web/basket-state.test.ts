import { describe, expect, test } from 'vitest'
import {
  type Basket,
  emptyBasket,
  expire,
  extend,
  giveAll,
  givePlace,
  type HeldLock,
  marksOf,
  placesOf,
  refresh,
  resume,
  settleWish,
  takePlaces,
  toggleSeat,
  withdraw,
} from '../../web/src/basket/basket-state.ts'

const a = { seatNo: 1, seatId: 'A1' }
const b = { seatNo: 2, seatId: 'A2' }

function lockOf(
  seats: { seatNo: number; seatId: string; area?: string }[],
  more: Partial<HeldLock> = {},
): HeldLock {
  return {
    id: 'lock',
    state: 'HELD',
    extended: false,
    endsAtMs: 1000,
    total: { text: '€1.00' },
    seats: seats.map((seat) => ({
      area: null,
      zone: '',
      row: '',
      number: '',
      category: { key: 'c', name: 'C', color: '#000000' },
      price: { text: '€1.00' },
      ...seat,
    })),
    ...more,
  }
}

const holding = (...seats: { seatNo: number; seatId: string; area?: string }[]): Basket => ({
  ...emptyBasket,
  lock: lockOf(seats),
})
const kinds = (basket: Basket) => basket.wishes.map(({ kind }) => kind)

describe('a click on a seat', () => {
  test('takes a free seat and marks it until the answer', () => {
    const basket = toggleSeat(emptyBasket, a, 'k1')
    expect(basket.wishes).toEqual([{ kind: 'takeSeat', key: 'k1', ...a }])
    expect(marksOf(basket).get(1)).toBe('adding')
  })

  test('gives back a seat that is held', () => {
    const basket = toggleSeat(holding(a), a, 'k1')
    expect(kinds(basket)).toEqual(['give'])
    expect(marksOf(basket).get(1)).toBe('removing')
  })

  test('withdraws a click that was not sent yet', () => {
    const waiting = toggleSeat(toggleSeat(emptyBasket, a, 'k1'), b, 'k2')
    expect(toggleSeat(waiting, b, 'k3').wishes).toEqual([{ kind: 'takeSeat', key: 'k1', ...a }])
  })

  test('follows a click that is under way with its opposite', () => {
    const basket = toggleSeat(toggleSeat(emptyBasket, a, 'k1'), a, 'k2')
    expect(kinds(basket)).toEqual(['takeSeat', 'give'])
  })

  test('is not taken when too many are waiting already', () => {
    let basket: Basket = emptyBasket
    for (let seatNo = 0; seatNo < 40; seatNo++)
      basket = toggleSeat(basket, { seatNo, seatId: `${seatNo}` }, `${seatNo}`)
    expect(basket.wishes).toHaveLength(12)
  })
})

describe('an answer', () => {
  test('says what is held; nothing else does', () => {
    const basket = settleWish(toggleSeat(emptyBasket, a, 'k1'), { kind: 'lock', lock: lockOf([a]) })
    expect(basket.wishes).toEqual([])
    expect(marksOf(basket)).toEqual(new Map([[1, 'mine']]))
  })

  test('that refuses leaves the lock as it was and tells why', () => {
    const refused = { kind: 'refused', code: 'SEATS_UNAVAILABLE', text: 'Gone.', seatNos: [2] } as const
    const basket = settleWish(toggleSeat(holding(a), b, 'k1'), refused)
    expect(marksOf(basket)).toEqual(new Map([[1, 'mine']]))
    expect(basket.notice).toEqual({ tone: 'refused', text: 'Gone.', seatNos: [2] })
  })

  test('that the lock is gone clears it, and what cannot be done without it', () => {
    const waiting = extend(toggleSeat(toggleSeat(holding(a), a, 'k1'), b, 'k2'), 'k3')
    const basket = settleWish(waiting, {
      kind: 'refused',
      code: 'LOCK_NOT_FOUND',
      text: 'Gone.',
      seatNos: [],
    })
    expect(basket.lock).toBeNull()
    expect(kinds(basket)).toEqual(['takeSeat'])
  })

  test('that never comes keeps the action with its key until the viewer decides', () => {
    const lost = settleWish(toggleSeat(emptyBasket, a, 'k1'), { kind: 'lost' })
    expect(lost).toMatchObject({ paused: true, wishes: [{ key: 'k1' }], notice: { tone: 'lost' } })
    expect(resume(lost)).toMatchObject({ paused: false, wishes: [{ key: 'k1' }], notice: null })
    expect(withdraw(lost)).toMatchObject({ paused: false, wishes: [], notice: null })
  })
})

describe('standing places', () => {
  const place = (seatNo: number) => ({ seatNo, seatId: `floor-${seatNo}`, area: 'floor' })

  test('are counted as held, plus asked for, minus on their way back', () => {
    const basket = givePlace(takePlaces(holding(place(7), place(8)), 'floor', 2, 'k1'), 'floor', 'k2')
    expect(placesOf(basket, 'floor')).toBe(3)
  })

  test('go back one at a time and never twice', () => {
    const once = givePlace(holding(place(7), place(8)), 'floor', 'k1')
    const twice = givePlace(once, 'floor', 'k2')
    expect(
      twice.wishes.flatMap((wish) => (wish.kind === 'give' ? wish.seats.map((s) => s.seatNo) : [])),
    ).toEqual([8, 7])
    expect(givePlace(twice, 'floor', 'k3')).toBe(twice)
  })
})

describe('time', () => {
  test('that is over clears the basket and says so', () => {
    const basket = expire(toggleSeat(holding(a), b, 'k1'))
    expect(basket).toMatchObject({ lock: null, wishes: [], notice: { tone: 'told' } })
  })

  test('is extended once, however often it is asked for', () => {
    expect(kinds(extend(extend(holding(a), 'k1'), 'k2'))).toEqual(['extend'])
    expect(extend(emptyBasket, 'k1')).toBe(emptyBasket)
  })
})

test('giving everything back drops clicks that were not sent', () => {
  const waiting = toggleSeat(toggleSeat(holding(a), b, 'k1'), { seatNo: 3, seatId: 'A3' }, 'k2')
  expect(kinds(giveAll(waiting, 'k3'))).toEqual(['takeSeat', 'giveAll'])
})

describe('what the server says is held', () => {
  test('replaces what the page believed', () => {
    expect(refresh(emptyBasket, [lockOf([a])]).lock?.seats).toHaveLength(1)
    expect(refresh(holding(a), [])).toMatchObject({ lock: null, notice: { tone: 'told' } })
  })

  test('keeps seats being paid apart: they can only be waited for', () => {
    const basket = refresh(holding(a), [lockOf([a], { state: 'IN_CHECKOUT' })])
    expect(basket.lock).toBeNull()
    expect(basket.notice).toBeNull()
    expect(marksOf(basket).get(1)).toBe('mine')
  })
})
