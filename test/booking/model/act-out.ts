/** Acts on the real product, with what came of them noted in the model. A buyer has patience, and may then repeat. */
import { expect } from 'vitest'
import { keyedUuid } from '../../../src/platform/ids.ts'
import { bookingSecret } from '../booking-names.ts'
import { buyer as buyerId } from '../booking-world.ts'
import type { Act } from './acts.ts'
import { type Model, type ModelBooking, type ModelLock, soldSeats } from './model.ts'
import { owedAgain, type Shop } from './shop.ts'

/** Newest first; null: there are none. */
export const bookingAt = ({ bookings }: Model, back: number): ModelBooking | null =>
  bookings.at(-1 - (back % Math.max(1, bookings.length))) ?? null

const lockAt = ({ locks }: Model, back: number): ModelLock | null =>
  locks.at(-1 - (back % Math.max(1, locks.length))) ?? null

export const canAct = (model: Model, act: Act): boolean =>
  act.do === 'book' ? model.locks.length > 0 : !('booking' in act) || model.bookings.length > 0

let keys = 0

export async function actOut(model: Model, shop: Shop, act: Act): Promise<void> {
  switch (act.do) {
    case 'lock':
      return void (await lock(model, shop, act))
    case 'buy': {
      const taken = await lock(model, shop, act)
      return taken ? await book(model, shop, taken, act) : undefined
    }
    case 'book': {
      const taken = lockAt(model, act.lock)
      return taken ? await book(model, shop, taken, act) : undefined
    }
    case 'round':
      return await shop.underWay.patiently(act.at, shop.clerk(act.at).bookings.lookAtDue())
    case 'owe_again':
      return await owedAgain(shop.town.healer, shop.showId)
    case 'arrive':
      return await shop.weather.arrive()
    default: {
      const booking = bookingAt(model, act.booking)
      if (booking) await onBooking(shop, booking, act)
    }
  }
}

type OnBooking = Extract<Act, { booking: number }>

async function onBooking(shop: Shop, booking: ModelBooking, act: OnBooking): Promise<void> {
  switch (act.do) {
    case 'repeat':
      return await shop.underWay.patiently(act.at, create(shop, booking, act.at))
    case 'reuse':
      return await reuse(shop, booking, act.at)
    case 'cancel':
      booking.cancel.asked = true
      return await shop.underWay.patiently(
        act.at,
        shop
          .clerk(act.at)
          .bookings.cancelBooking({ bookingId: booking.id, buyerId: buyerId(booking.buyer) })
          .then(() => {
            booking.cancel.done = true
          }),
      )
    case 'give_back': {
      const seats = [booking.seats[act.seat % booking.seats.length] ?? 0]
      for (const seat of seats) booking.givenBack.asked.add(seat)
      const { bookings } = shop.clerk(act.at)
      const { id: bookingId, buyer } = booking
      const given = bookings.cancelBooking({ bookingId, buyerId: buyerId(buyer), seats })
      return await shop.underWay.patiently(
        act.at,
        given.then(() => {
          for (const seat of seats) booking.givenBack.done.add(seat)
        }),
      )
    }
    case 'answer':
      return await answer(shop, booking, act.approve)
    case 'notice': {
      const intentId = await intentOf(shop, booking.id)
      if (intentId === null) return
      const { bookings } = shop.clerk(act.at)
      const hear = () => shop.underWay.patiently(act.at, bookings.hearNotice({ kind: 'intent', intentId }))
      await Promise.all(Array.from({ length: act.times }, hear))
    }
  }
}

interface Wish {
  at: number
  buyer: number
  seats: number[]
}

/** null: somebody has one of them, or nobody could say. */
async function lock(model: Model, shop: Shop, { at, buyer, seats }: Wish): Promise<ModelLock | null> {
  const sold = soldSeats(model)
  let taken: ModelLock | null = null
  keys += 1
  const placing = shop.clerk(at).seating.placeLock({
    ...{ showId: shop.showId, buyerId: buyerId(buyer), seats, areas: [], idempotencyKey: `lock-${keys}` },
  })
  await shop.underWay.patiently(
    at,
    placing.then((placed) => {
      const soldStill = soldSeats(model)
      expect(seats.filter((seat) => sold.has(seat) && soldStill.has(seat))).toEqual([])
      const all = placed.seats.map(({ seatNo }) => seatNo)
      taken = { buyer, seats: all.sort((a, b) => a - b), lockId: placed.lockId }
      model.locks.push(taken)
    }),
  )
  return taken
}

async function book(
  model: Model,
  shop: Shop,
  lock: ModelLock,
  { at, token }: { at: number; token: string },
): Promise<void> {
  keys += 1
  const key = `pay-${keys}`
  const booking: ModelBooking = {
    ...{ id: keyedUuid(bookingSecret, 'booking', buyerId(lock.buyer), key), key, buyer: lock.buyer, lock },
    ...{ seats: lock.seats, token, isTold: false, isCalm: model.isCalm },
    ...{ cancel: { asked: false, done: false }, givenBack: { asked: new Set(), done: new Set() }, seen: [] },
  }
  model.bookings.push(booking)
  await shop.underWay.patiently(at, create(shop, booking, at))
}

async function create(shop: Shop, booking: ModelBooking, at: number): Promise<void> {
  const id = await shop.clerk(at).bookings.createBooking(requestOf(shop, booking))
  expect(id).toBe(booking.id)
  booking.isTold = true
}

const requestOf = ({ showId }: Shop, { buyer, key, lock, token }: ModelBooking) => ({
  ...{ showId, lockId: lock.lockId, buyerId: buyerId(buyer), idempotencyKey: key, paymentMethod: token },
})

/** The same key with something else is refused, whatever became of the booking. */
async function reuse(shop: Shop, booking: ModelBooking, at: number): Promise<void> {
  if (!booking.isTold) return
  const other = { ...requestOf(shop, booking), paymentMethod: 'tok_another' }
  const reused = shop.clerk(at).bookings.createBooking(other)
  await expect(reused).rejects.toMatchObject({ code: 'KEY_REUSED' })
}

export async function intentOf({ town }: Shop, bookingId: string): Promise<string | null> {
  const { rows } = await town.healer.pool.query<{ intent_id: string | null }>(
    'SELECT intent_id FROM payment WHERE booking_id = $1',
    [bookingId],
  )
  return rows[0]?.intent_id ?? null
}

async function answer(shop: Shop, { id }: ModelBooking, approve: boolean): Promise<void> {
  const intentId = await intentOf(shop, id)
  if (intentId === null || shop.weather.isDown) return
  const { sandboxUrl } = shop.town.world
  const body = new URLSearchParams({ answer: approve ? 'approve' : 'decline' })
  await fetch(`${sandboxUrl}/actions/${intentId}`, { method: 'POST', body, redirect: 'manual' }).catch(
    () => {},
  )
}
