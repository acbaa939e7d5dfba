/**
 * The basket as it lives on the page: carries out wishes one at a time, keeps the lock's end on a clock that no
 * change of the computer's time can move, and asks the server what is held when the page wakes up. Truth comes
 * only from answers.
 */
import { newActionKey } from '../api/action-key.ts'
import { ask, becomeGuest, RefusedToBegin } from '../api/client.ts'
import { presentToken } from '../api/guest-session.ts'
import type { LockFieldsFragment } from '../generated/graphql.ts'
import { extendLock, lockSeats, myLocks, releaseLock } from './basket-documents.ts'
import {
  type Answer,
  type Basket,
  emptyBasket,
  expire,
  extend,
  giveAll,
  givePlace,
  type HeldLock,
  refresh,
  resume,
  settleWish,
  takePlaces,
  toggleSeat,
  type Wish,
  withdraw,
} from './basket-state.ts'
import { type Repeatable, repeatUntilKnown } from './retry.ts'

export interface LiveBasket {
  now(): Basket
  onChange(listener: () => void): () => void
  toggleSeat(seat: { seatNo: number; seatId: string }): void
  takePlaces(area: string, count: number): void
  givePlace(area: string): void
  giveAll(): void
  extend(): void
  tryAgain(): void
  withdraw(): void
  /** Reads what is held from the server. */
  reload(): Promise<void>
  close(): void
}

/** How long the server has for its last word when a lock's time is over. */
const lastWordMsMax = 1_500

export function openBasket(showId: string): LiveBasket {
  const closing = new AbortController()
  const listeners = new Set<() => void>()
  let basket: Basket = emptyBasket
  let working = false
  /** A repeat must say the same as the first attempt, so the lock a wish was first sent for stays with its key. */
  const lockIdOfKey = new Map<string, string | null>()
  let expiry: ReturnType<typeof setTimeout> | undefined

  function become(next: Basket): void {
    if (next === basket || closing.signal.aborted) return
    const endsAtMs = basket.lock?.endsAtMs
    basket = next
    if (next.lock?.endsAtMs !== endsAtMs) watchExpiry()
    for (const listener of listeners) listener()
    void work()
  }

  async function work(): Promise<void> {
    if (working) return
    working = true
    try {
      for (let wish = basket.wishes[0]; wish && !basket.paused; wish = basket.wishes[0]) {
        const answer = await carryOut(wish)
        if (closing.signal.aborted) return
        if (answer.kind !== 'lost') lockIdOfKey.delete(wish.key)
        become(settleWish(basket, answer))
      }
    } finally {
      working = false
    }
  }

  async function carryOut(wish: Wish): Promise<Answer> {
    let askedAtMs = 0
    const lockId = lockIdOfKey.has(wish.key) ? (lockIdOfKey.get(wish.key) ?? null) : (basket.lock?.id ?? null)
    lockIdOfKey.set(wish.key, lockId)
    const send = async () => {
      await becomeGuest()
      askedAtMs = performance.now()
      return sendWish(showId, lockId, wish)
    }
    try {
      const answer = await repeatUntilKnown(send, closing.signal)
      if (answer === null) return { kind: 'lost' }
      if ('lock' in answer)
        return { kind: 'lock', lock: answer.lock ? heldLock(answer.lock, askedAtMs) : null }
      return {
        kind: 'refused',
        code: answer.code,
        text: answer.message,
        seatNos: answer.seats?.map(({ seatNo }) => seatNo) ?? [],
      }
    } catch (error) {
      const text =
        error instanceof RefusedToBegin
          ? error.message
          : 'Something went wrong on this page. Reload it, please.'
      return { kind: 'refused', code: 'NOT_SENT', text, seatNos: [] }
    }
  }

  function watchExpiry(): void {
    clearTimeout(expiry)
    if (!basket.lock) return
    expiry = setTimeout(() => void checkExpiry(), Math.max(0, basket.lock.endsAtMs - performance.now()))
  }

  /** The page's clock says that time is over; the server has the last word if it can be reached. */
  async function checkExpiry(): Promise<void> {
    const patience = new Promise<void>((resolve) => setTimeout(resolve, lastWordMsMax))
    await Promise.race([reload(), patience]).catch(() => {})
    if (basket.lock && basket.lock.endsAtMs <= performance.now()) become(expire(basket))
  }

  async function reload(): Promise<void> {
    if (!presentToken()) return
    const askedAtMs = performance.now()
    const { viewer } = await ask(myLocks, { showId })
    if (working) return
    become(
      refresh(
        basket,
        viewer.locks.map((lock) => heldLock(lock, askedAtMs)),
      ),
    )
  }

  const onWake = () => {
    if (document.visibilityState === 'visible') reload().catch(() => {})
  }
  document.addEventListener('visibilitychange', onWake, { signal: closing.signal })

  return {
    now: () => basket,
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    toggleSeat: (seat) => become(toggleSeat(basket, seat, newActionKey())),
    takePlaces: (area, count) => become(takePlaces(basket, area, count, newActionKey())),
    givePlace: (area) => become(givePlace(basket, area, newActionKey())),
    giveAll: () => become(giveAll(basket, newActionKey())),
    extend: () => become(extend(basket, newActionKey())),
    tryAgain: () => become(resume(basket)),
    withdraw() {
      lockIdOfKey.clear()
      become(withdraw(basket))
      reload().catch(() => {})
    },
    reload,
    close() {
      closing.abort()
      clearTimeout(expiry)
      listeners.clear()
    },
  }
}

type WishAnswer = Repeatable &
  ({ lock: LockFieldsFragment | null } | { message: string; code: string; seats?: { seatNo: number }[] })

async function sendWish(showId: string, lockId: string | null, wish: Wish): Promise<WishAnswer> {
  switch (wish.kind) {
    case 'takeSeat':
      return (await ask(lockSeats, { showId, lockId, seats: [wish.seatId], areas: null, key: wish.key }))
        .lockSeats
    case 'takePlaces': {
      const areas = [{ area: wish.area, count: wish.count }]
      return (await ask(lockSeats, { showId, lockId, seats: null, areas, key: wish.key })).lockSeats
    }
    case 'give':
    case 'giveAll': {
      if (!lockId) return { __typename: 'ReleaseLockOk', lock: null }
      const seats = wish.kind === 'give' ? wish.seats.map(({ seatId }) => seatId) : null
      return (await ask(releaseLock, { lockId, seats })).releaseLock
    }
    case 'extend':
      if (!lockId) return { __typename: 'ReleaseLockOk', lock: null }
      return (await ask(extendLock, { lockId, key: wish.key })).extendLock
  }
}

/** Counted from when the question left, so the page never promises more time than the server gave. */
function heldLock(lock: LockFieldsFragment, askedAtMs: number): HeldLock {
  return { ...lock, endsAtMs: askedAtMs + lock.expiresInMs }
}
