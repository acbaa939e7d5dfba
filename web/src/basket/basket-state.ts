/**
 * The basket of one show without clock or network: what the server says the viewer holds, and what the viewer
 * has asked for since. A wish is one user action with its own key; wishes are carried out one after the other,
 * because the second seat needs the lock that the first one begins. Until the answer is there a wish is only a
 * mark on the map; what is held is always what the last answer said.
 */
export interface HeldSeat {
  seatNo: number
  seatId: string
  area: string | null
  zone: string
  row: string
  number: string
  category: { key: string; name: string; color: string }
  price: { text: string }
}

export interface HeldLock {
  id: string
  state: 'HELD' | 'IN_CHECKOUT' | 'CONVERTED'
  extended: boolean
  total: { text: string }
  seats: readonly HeldSeat[]
  /** When it ends, on the page's own steady clock: never later than the server meant. */
  endsAtMs: number
}

export type Wish =
  | { kind: 'takeSeat'; key: string; seatNo: number; seatId: string }
  | { kind: 'takePlaces'; key: string; area: string; count: number }
  | { kind: 'give'; key: string; seats: readonly { seatNo: number; seatId: string }[] }
  | { kind: 'giveAll'; key: string }
  | { kind: 'extend'; key: string }

export interface Notice {
  tone: 'told' | 'refused' | 'lost'
  text: string
  /** Seats the notice is about. */
  seatNos: readonly number[]
}

export interface Basket {
  lock: HeldLock | null
  /** Locks being paid elsewhere, in another tab or before a reload. They can only be waited for. */
  paying: readonly HeldLock[]
  /** The first one is under way unless the basket is paused. */
  wishes: readonly Wish[]
  /** The network failed: nothing is sent until the viewer tries again, with the same key. */
  paused: boolean
  notice: Notice | null
}

/** More clicks than this ahead of the answers are not taken. */
const wishesMax = 12

export const emptyBasket: Basket = { lock: null, paying: [], wishes: [], paused: false, notice: null }

export type Answer =
  | { kind: 'lock'; lock: HeldLock | null }
  | { kind: 'refused'; code: string; text: string; seatNos: readonly number[] }
  | { kind: 'lost' }

/** A click on a seat: takes it, gives it back, or withdraws a click that was not sent yet. */
export function toggleSeat(basket: Basket, seat: { seatNo: number; seatId: string }, key: string): Basket {
  const last = basket.wishes.findLastIndex((wish) => touches(wish, seat.seatNo))
  const wish = basket.wishes[last]
  if (wish && last > 0 && (wish.kind === 'takeSeat' || (wish.kind === 'give' && wish.seats.length === 1))) {
    return { ...basket, wishes: basket.wishes.filter((_, i) => i !== last) }
  }
  const held = wish ? wish.kind === 'takeSeat' : holds(basket.lock, seat.seatNo)
  return add(basket, held ? { kind: 'give', key, seats: [seat] } : { kind: 'takeSeat', key, ...seat })
}

export function takePlaces(basket: Basket, area: string, count: number, key: string): Basket {
  return add(basket, { kind: 'takePlaces', key, area, count })
}

/** Gives back the place of an area that was taken last and is not on its way back already. */
export function givePlace(basket: Basket, area: string, key: string): Basket {
  const leaving = seatNosLeaving(basket)
  const place = basket.lock?.seats.findLast((seat) => seat.area === area && !leaving.has(seat.seatNo))
  return place ? add(basket, { kind: 'give', key, seats: [place] }) : basket
}

export function giveAll(basket: Basket, key: string): Basket {
  if (!basket.lock) return { ...basket, wishes: basket.wishes.slice(0, 1) }
  return add({ ...basket, wishes: basket.wishes.slice(0, 1) }, { kind: 'giveAll', key })
}

export function extend(basket: Basket, key: string): Basket {
  if (!basket.lock || basket.wishes.some((wish) => wish.kind === 'extend')) return basket
  return add(basket, { kind: 'extend', key })
}

/** The first wish was answered. */
export function settleWish(basket: Basket, answer: Answer): Basket {
  const rest = basket.wishes.slice(1)
  if (answer.kind === 'lost') {
    const text = 'The shop could not be reached. Nothing is lost: try again, or give it a moment.'
    return { ...basket, paused: true, notice: { tone: 'lost', text, seatNos: [] } }
  }
  if (answer.kind === 'lock') return { ...basket, lock: answer.lock, wishes: rest, notice: null }
  const notice: Notice = { tone: 'refused', text: answer.text, seatNos: answer.seatNos }
  // Without the lock there is nothing left to extend or to give back.
  if (answer.code === 'LOCK_NOT_FOUND') {
    return { ...basket, lock: null, wishes: rest.filter((wish) => isTaking(wish)), notice }
  }
  return { ...basket, wishes: rest, notice }
}

export function resume(basket: Basket): Basket {
  return { ...basket, paused: false, notice: basket.paused ? null : basket.notice }
}

/** Drops what was not carried out, after the network failed. */
export function withdraw(basket: Basket): Basket {
  return { ...basket, wishes: [], paused: false, notice: null }
}

/** The lock's time is over. */
export function expire(basket: Basket): Basket {
  if (!basket.lock) return basket
  const text = 'Your time is over, so the seats were given back. Choose again: they may still be free.'
  return { ...basket, lock: null, wishes: [], paused: false, notice: { tone: 'told', text, seatNos: [] } }
}

/** What the server says the viewer holds, read afresh. Wishes under way are answered on their own. */
export function refresh(basket: Basket, locks: readonly HeldLock[]): Basket {
  const held = locks.filter((lock) => lock.state === 'HELD')
  const lock = held.find(({ id }) => id === basket.lock?.id) ?? held[0] ?? null
  const paying = locks.filter(({ state }) => state === 'IN_CHECKOUT')
  if (basket.lock && !lock && paying.length === 0 && basket.wishes.length === 0)
    return { ...expire(basket), paying }
  return { ...basket, lock, paying }
}

/** How the viewer's seats are marked on the map. */
export function marksOf(basket: Basket): Map<number, 'mine' | 'adding' | 'removing'> {
  const marks = new Map<number, 'mine' | 'adding' | 'removing'>()
  for (const lock of [...basket.paying, ...(basket.lock ? [basket.lock] : [])]) {
    for (const { seatNo } of lock.seats) marks.set(seatNo, 'mine')
  }
  for (const wish of basket.wishes) {
    if (wish.kind === 'takeSeat') marks.set(wish.seatNo, 'adding')
    if (wish.kind === 'give') for (const { seatNo } of wish.seats) marks.set(seatNo, 'removing')
    if (wish.kind === 'giveAll') for (const seatNo of marks.keys()) marks.set(seatNo, 'removing')
  }
  return marks
}

/** Places of an area as the viewer sees them: held, plus asked for, minus on their way back. */
export function placesOf(basket: Basket, area: string): number {
  const leaving = seatNosLeaving(basket)
  let count = 0
  for (const seat of basket.lock?.seats ?? []) if (seat.area === area && !leaving.has(seat.seatNo)) count++
  for (const wish of basket.wishes) if (wish.kind === 'takePlaces' && wish.area === area) count += wish.count
  return count
}

function add(basket: Basket, wish: Wish): Basket {
  if (basket.wishes.length >= wishesMax) return basket
  return { ...basket, wishes: [...basket.wishes, wish], notice: basket.paused ? basket.notice : null }
}

function touches(wish: Wish, seatNo: number): boolean {
  if (wish.kind === 'takeSeat') return wish.seatNo === seatNo
  return wish.kind === 'give' && wish.seats.some((seat) => seat.seatNo === seatNo)
}

function holds(lock: HeldLock | null, seatNo: number): boolean {
  return lock?.seats.some((seat) => seat.seatNo === seatNo) ?? false
}

function isTaking(wish: Wish): boolean {
  return wish.kind === 'takeSeat' || wish.kind === 'takePlaces'
}

function seatNosLeaving(basket: Basket): Set<number> {
  const leaving = new Set<number>()
  for (const wish of basket.wishes) {
    if (wish.kind === 'give') for (const { seatNo } of wish.seats) leaving.add(seatNo)
    if (wish.kind === 'giveAll') for (const { seatNo } of basket.lock?.seats ?? []) leaving.add(seatNo)
  }
  return leaving
}
