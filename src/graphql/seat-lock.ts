/** Seat locks as their owner sees them. */
import { PromotionRefused, priceLines } from '../booking/index.ts'
import { type Plan, type PlanCategory, type PriceList, zoneName } from '../catalog/index.ts'
import type { Amount } from '../platform/currency.ts'
import { type SeatLock, ShowNotOnSale } from '../seating/index.ts'
import { Booking } from './booking.ts'
import { builder } from './builder.ts'
import type { Context } from './context.ts'
import { printLockId, readLockId, splitLock } from './ids.ts'
import { Money } from './money.ts'
import { requireCalm } from './mutation-steps.ts'
import { categoryOf, SeatCategory } from './plan.ts'
import { Quote } from './quote.ts'
import { RateLimited } from './refusals.ts'
import { priceOf } from './seat.ts'

const SeatLockState = builder.enumType('SeatLockState', {
  description: 'Where a lock stands.',
  values: {
    HELD: {
      value: 'held',
      description: 'The seats are kept until it expires; it can grow, shrink and be paid.',
    },
    IN_CHECKOUT: { value: 'in_checkout', description: 'It is being paid; it does not expire meanwhile.' },
    CONVERTED: { value: 'converted', description: 'It became a booking.' },
  } as const,
})

interface LockedSeatShape {
  seatNo: number
  seatId: string
  area: string | null
  row: string
  number: string
  zone: string
  category: PlanCategory
  price: Amount
}

const LockedSeat = builder.objectRef<LockedSeatShape>('LockedSeat').implement({
  description: 'A seat or a standing place in a lock, with the price it was locked at.',
  fields: (t) => ({
    seatNo: t.exposeInt('seatNo', { description: 'Number of the seat on the map.' }),
    seatId: t.exposeString('seatId', { description: 'Name of the seat, for `releaseLock`.' }),
    area: t.exposeString('area', {
      nullable: true,
      description: 'Key of the standing area it is a place of. Null for a seat.',
    }),
    row: t.exposeString('row', { description: 'Label of the row; empty for a standing place.' }),
    number: t.exposeString('number', { description: 'Label of the seat; empty for a standing place.' }),
    zone: t.exposeString('zone', { description: 'Name of the zone.' }),
    category: t.field({
      type: SeatCategory,
      description: 'Its price category.',
      resolve: ({ category }) => category,
    }),
    price: t.field({
      type: Money,
      description: 'Its price, fixed when it was locked.',
      resolve: ({ price }) => price,
    }),
  }),
})

export const SeatLockRef = builder.objectRef<SeatLock>('SeatLock')

builder.node(SeatLockRef, {
  description: 'Seats kept for one buyer until the lock expires, is released, or becomes a booking.',
  id: { resolve: printLockId },
  loadOne: (id, context) => findLock(splitLock(id), context),
  fields: (t) => ({
    show: t.prismaField({
      type: 'Show',
      description: 'The show the seats are for.',
      resolve: (query, lock, _args, { deps }) =>
        deps.database.show.findUniqueOrThrow({ ...query, where: { id: lock.showId } }),
    }),
    state: t.field({ type: SeatLockState, description: 'Where it stands.', resolve: ({ state }) => state }),
    expiresAt: t.field({
      type: 'DateTime',
      description: 'When the seats become free again, unless it is in checkout or converted.',
      resolve: ({ expiresAt }) => expiresAt,
    }),
    expiresInMs: t.int({
      description: 'The same as a duration from now, for clients whose clock is wrong. Never negative.',
      resolve: ({ expiresInMs }) => expiresInMs,
    }),
    booking: t.prismaField({
      type: Booking,
      nullable: true,
      description: 'The booking that pays for it. Null before the checkout.',
      resolve: (query, { bookingId }, _args, { deps }) =>
        bookingId === null ? null : deps.database.booking.findUnique({ ...query, where: { id: bookingId } }),
    }),
    extended: t.exposeBoolean('extended', { description: 'Whether its one extension was used.' }),
    seats: t.field({
      type: [LockedSeat],
      description: 'The seats, by seatNo.',
      resolve: (lock, _args, context) => findLockedSeats(lock, context),
    }),
    total: t.field({
      type: Money,
      description: 'What they cost together, fees and tax included.',
      resolve: async (lock, _args, context) => {
        if (lock.seats.length === 0) return { amountMinor: 0, currency: await currencyOf(lock, context) }
        const { totalMinor, currency } = await quoteFor(lock, null, context)
        return { amountMinor: totalMinor, currency }
      },
    }),
    quote: t.field({
      type: Quote,
      description: 'What it would cost, taken apart, with a promotion code or without. Uses nothing up.',
      args: { promotionCode: t.arg.string({ description: 'A promotion code, as the buyer typed it.' }) },
      errors: {
        types: [PromotionRefused, RateLimited, ShowNotOnSale],
        union: { name: 'QuoteResult', description: 'What it would cost, or why the code does not hold.' },
        result: { name: 'QuoteOk', description: 'What it would cost.' },
        dataField: { name: 'quote', description: 'The amounts.' },
      },
      resolve: async (lock, { promotionCode }, context) => {
        // Guessing codes is as slow as using them.
        if (promotionCode != null) await requireCalm(context, 'booking', lock.buyerId)
        return quoteFor(lock, promotionCode ?? null, context)
      },
    }),
  }),
})

builder.queryField('lock', (t) =>
  t.field({
    type: SeatLockRef,
    nullable: true,
    description: 'A lock of yours. Null when it expired, was released, or is not yours.',
    args: { id: t.arg.id({ required: true, description: 'Id of the lock.' }) },
    resolve: (_parent, args, context) => findLock(readLockId(args.id), context),
  }),
)

async function findLock(
  lock: { showId: number; lockId: string } | null,
  { deps, viewer }: Context,
): Promise<SeatLock | null> {
  if (!lock || viewer.buyerId === null) return null
  try {
    return await deps.seating.findLock({ ...lock, buyerId: viewer.buyerId })
  } catch (error) {
    // A show without a ledger has no locks.
    if (error instanceof ShowNotOnSale) return null
    throw error
  }
}

async function findLockedSeats(lock: SeatLock, { loaders }: Context): Promise<LockedSeatShape[]> {
  const plan = await planOfShow(lock.showId, loaders)
  const lists = await priceListsOf(lock, loaders)
  return lock.seats.map(({ seatNo, priceListId }) =>
    lockedSeat(plan, seatNo, (priceListId !== null && lists.get(priceListId)) || null),
  )
}

/** By id: those that its seats were locked at. */
async function priceListsOf(lock: SeatLock, loaders: Context['loaders']): Promise<Map<number, PriceList>> {
  const ids = new Set(lock.seats.flatMap((seat) => seat.priceListId ?? []))
  const found = new Map<number, PriceList>()
  for (const list of await loaders.priceLists.loadMany([...ids])) {
    if (list && !(list instanceof Error)) found.set(list.id, list)
  }
  return found
}

async function quoteFor(lock: SeatLock, promotionCode: string | null, { deps, loaders }: Context) {
  const plan = await planOfShow(lock.showId, loaders)
  const lists = await priceListsOf(lock, loaders)
  const priced =
    promotionCode === null
      ? priceLines(lock.seats, plan, lists)
      : await deps.booking.quoteLock({ lock, plan, lists, promotionCode })
  return { ...priced, showId: lock.showId }
}

function lockedSeat(plan: Plan, seatNo: number, list: PriceList | null): LockedSeatShape {
  const seat = plan.seatOf(seatNo)
  const area = plan.areaOf(seatNo)
  const place = seat ?? area
  if (!place) throw new Error(`Seat ${seatNo} is locked and not in plan version ${plan.id}`)
  const price = priceOf(list, place.category)
  if (!price) throw new Error(`Seat ${seatNo} of plan version ${plan.id} is locked and has no price`)
  return {
    seatNo,
    seatId: seatIdOf(plan, seatNo),
    area: area?.key ?? null,
    row: seat?.row ?? '',
    number: seat?.number ?? '',
    zone: zoneName(plan, place.zone),
    category: categoryOf(plan, place.category),
    price,
  }
}

/** The public name of a seat or of a standing place. */
export function seatIdOf(plan: Plan, seatNo: number): string {
  return plan.seatIdOf(seatNo) ?? `#${seatNo}`
}

export async function planOfShow(showId: number, loaders: Context['loaders']): Promise<Plan> {
  const show = await loaders.shows.load(showId)
  const plan = show?.planVersionId == null ? null : await loaders.plans.load(show.planVersionId)
  if (!plan) throw new Error(`Show ${showId} has a lock and no plan`)
  return plan
}

async function currencyOf(lock: SeatLock, { loaders }: Context): Promise<string> {
  const show = await loaders.shows.load(lock.showId)
  const list = show?.priceListId == null ? null : await loaders.priceLists.load(show.priceListId)
  return list?.currency ?? 'XXX'
}
