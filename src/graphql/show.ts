/** Shows: one performance of an event, in a venue, at a time, and what its seats cost. */
import { type PlanCategory, quote } from '../catalog/index.ts'
import type { Amount } from '../platform/currency.ts'
import { builder } from './builder.ts'
import type { Context } from './context.ts'
import { readNumberedId } from './ids.ts'
import type { LimitHints } from './limits.ts'
import { printLocalTime } from './local-time.ts'
import { Money } from './money.ts'
import { categoryOf, SeatCategory } from './plan.ts'
import { FeeRef, TaxRef } from './price-rules.ts'
import { openSeatMap, SeatMap } from './seat-map.ts'

export const SaleStatus = builder.enumType('SaleStatus', {
  description: 'Whether seats of a show can be had.',
  values: {
    ON_SALE: { value: 'on_sale', description: 'Seats can be locked and bought.' },
    CLOSED: { value: 'closed', description: 'The sale is closed, for now or for good.' },
    CANCELLED: { value: 'cancelled', description: 'The show does not take place.' },
    NOT_ON_SALE: { value: 'not_on_sale', description: 'Listed only: its sale was never opened.' },
  } as const,
})

interface CategoryPriceShape {
  category: PlanCategory
  price: Amount
  total: Amount
}

const CategoryPrice = builder.objectRef<CategoryPriceShape>('CategoryPrice').implement({
  description: 'What seats of a category cost at a show.',
  fields: (t) => ({
    category: t.field({
      type: SeatCategory,
      description: 'The category.',
      resolve: ({ category }) => category,
    }),
    price: t.field({
      type: Money,
      description: 'Price of one seat, without what comes with it.',
      resolve: ({ price }) => price,
    }),
    total: t.field({
      type: Money,
      description: 'What one seat costs when it is bought alone, fees and tax included.',
      resolve: ({ total }) => total,
    }),
  }),
})

/** Halls have a handful of price categories. */
const pricesHint: { rowlock: LimitHints } = { rowlock: { listSize: 12 } }

builder.prismaNode('Show', {
  id: { field: 'id' },
  select: { id: true },
  nullable: true,
  description: 'One performance of an event.',
  fields: (t) => ({
    event: t.relation('event', { description: 'What is performed.' }),
    venue: t.relation('venue', { description: 'Where it is performed.' }),
    startsAt: t.expose('startsAt', { type: 'DateTime', description: 'When it starts, as an instant.' }),
    startsAtLocal: t.string({
      description: 'When it starts on the venue’s own clock, without offset: "2026-11-23T19:30:00".',
      select: { startsAt: true, venue: { select: { timeZone: true } } },
      resolve: ({ startsAt, venue }) => printLocalTime(startsAt, venue.timeZone),
    }),
    saleStatus: t.field({
      type: SaleStatus,
      description: 'Whether its seats can be had.',
      select: { ledger: { select: { status: true } } },
      resolve: ({ ledger }) => ledger?.status ?? 'not_on_sale',
    }),
    currency: t.string({
      nullable: true,
      description: 'ISO 4217 code of its prices. Null without prices.',
      select: { priceList: { select: { currency: true } } },
      resolve: ({ priceList }) => priceList?.currency ?? null,
    }),
    prices: t.field({
      type: [CategoryPrice],
      description:
        'What a seat of each category costs, in the order of the plan; empty for a listed-only show.',
      extensions: pricesHint,
      select: { planVersionId: true, priceListId: true },
      resolve: (show, _args, context) => findPrices(show, context),
    }),
    fees: t.field({
      type: [FeeRef],
      description: 'What is paid besides the prices; empty for a listed-only show.',
      select: { priceListId: true },
      resolve: async ({ priceListId }, _args, { loaders }) => {
        const list = priceListId === null ? null : await loaders.priceLists.load(priceListId)
        return list?.rules.fees.map((fee) => ({ ...fee, currency: list.currency })) ?? []
      },
    }),
    tax: t.field({
      type: TaxRef,
      nullable: true,
      description: 'The tax on prices and fees. Null when none is told.',
      select: { priceListId: true },
      resolve: async ({ priceListId }, _args, { loaders }) => {
        const list = priceListId === null ? null : await loaders.priceLists.load(priceListId)
        return list?.rules.tax ?? null
      },
    }),
    seatsPerBuyerMax: t.int({
      nullable: true,
      description: 'How many seats one buyer may lock and buy in all. Null for a listed-only show.',
      select: { ledger: { select: { seatsPerBuyerMax: true } } },
      resolve: ({ ledger }) => ledger?.seatsPerBuyerMax ?? null,
    }),
    seatMap: t.field({
      type: SeatMap,
      nullable: true,
      description: 'Its seats and their statuses now. Null when it is not sold by seat.',
      select: { id: true, planVersionId: true, priceListId: true },
      resolve: (show, _args, context) => openSeatMap(show, context),
    }),
  }),
})

async function findPrices(
  show: { planVersionId: number | null; priceListId: number | null },
  { loaders }: Context,
): Promise<CategoryPriceShape[]> {
  if (show.planVersionId === null || show.priceListId === null) return []
  const [plan, list] = await Promise.all([
    loaders.plans.load(show.planVersionId),
    loaders.priceLists.load(show.priceListId),
  ])
  if (!plan || !list) return []
  return plan.layout.categories.flatMap(({ key }) => {
    const priceMinor = list.prices[key]
    if (priceMinor === undefined) return []
    const { currency, rules } = list
    const { totalMinor } = quote([{ seatNo: 0, category: key, priceMinor, rules }], rules, null)
    return [
      {
        category: categoryOf(plan, key),
        price: { amountMinor: priceMinor, currency },
        total: { amountMinor: totalMinor, currency },
      },
    ]
  })
}

builder.queryField('show', (t) =>
  t.prismaField({
    type: 'Show',
    nullable: true,
    description: 'One show. Null when there is none with this id.',
    args: { id: t.arg.id({ required: true, description: 'Id of the show.' }) },
    resolve: (query, _parent, args, { deps }) =>
      deps.database.show.findUnique({ ...query, where: { id: readNumberedId('Show', args.id) } }),
  }),
)
