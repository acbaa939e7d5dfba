/** Events that befall the product, and a person's word on what the gateway does not tell. */
import { see } from '../booking-world.ts'
import { bookingAt, intentOf } from './act-out.ts'
import type { Event } from './acts.ts'
import { type Model, type ModelBooking, troubled } from './model.ts'
import type { Shop } from './shop.ts'

/** All time that a run may move, so that the keys of refunds surely live. */
const passedMsMax = 15 * 3_600_000

export const canBefall = (model: Model, event: Event): boolean => {
  if (event.do === 'pass') return model.passedMs + event.ms <= passedMsMax
  if (event.do === 'resolve') return model.bookings.length > 0
  return event.do !== 'cancel_show' || !model.showIsCancelled
}

export async function befall(model: Model, shop: Shop, event: Event): Promise<void> {
  const { weather, town } = shop
  troubled(model)
  switch (event.do) {
    case 'trouble':
      return weather.brew(event.trouble, event.call, event.times)
    case 'down':
      weather.isDown = true
      return
    case 'up':
      weather.isDown = false
      return await town.world.comeBack()
    case 'gateway_killed':
      return await town.world.vanish()
    case 'stall':
      return shop.clerk(event.at).stall.arm(event.point)
    case 'resume':
      return shop.clerk(event.at).stall.resume()
    case 'replace':
      return await shop.replace(event.at)
    case 'pass':
      model.passedMs += event.ms
      return await shop.pass(event.ms)
    case 'cancel_show': {
      const { bookings } = shop.clerk(event.at)
      model.showIsCancelled = true
      return void (await bookings.cancelShow({ showId: shop.showId, reason: 'rain', by: 'organiser' }))
    }
    case 'resolve': {
      const booking = bookingAt(model, event.booking)
      if (booking) await resolve(shop, booking, event.at)
    }
  }
}

/** They looked into the gateway's own books, and wait while there is anything that could still move. */
async function resolve(shop: Shop, { id: bookingId }: ModelBooking, at: number): Promise<void> {
  const { town, weather } = shop
  const intentId = await intentOf(shop, bookingId)
  if (intentId === null || weather.isOnItsWay()) return
  if ((await see(town.healer, bookingId)).state !== 'NEEDS_OPERATOR') return
  const books = await town.honest.look(intentId).catch(() => null)
  if (!books || books.outcome.tag === 'processing' || books.outcome.tag === 'requires_action') return
  const word = { by: 'operator', reason: 'it stands in the books', paid: books.outcome.tag === 'succeeded' }
  await shop.underWay.patiently(at, shop.clerk(at).bookings.resolveBooking({ bookingId, ...word }))
}
