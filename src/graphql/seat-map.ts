/**
 * The seat map of a show: the packed statuses that a live map starts from, and the same as plain seats. Its
 * `epoch` and `seq` say where it stands among the frames of `seatStatusChanged`.
 */
import { resolveCursorConnection } from '@pothos/plugin-relay'
import type { Plan, PlanSeat, PriceList } from '../catalog/index.ts'
import { packedStatuses, type SeatMapSnapshot, ShowNotOnSale } from '../seating/index.ts'
import { builder } from './builder.ts'
import type { Context } from './context.ts'
import { printId, readNumberedId } from './ids.ts'
import { graphqlLimits } from './limits/graphql-limits.ts'
import { categoryOf, PlanVersion } from './plan.ts'
import { MapBehind } from './refusals.ts'
import { priceOf, Seat, type SeatShape, StandingArea, seatShape } from './seat.ts'
import { SeatStatus, statusAt } from './seat-status.ts'

interface SeatMapShape {
  plan: Plan
  priceList: PriceList | null
  map: SeatMapSnapshot
}

const SeatMapPositionInput = builder.inputType('SeatMapPositionInput', {
  description: 'A place in the history of a show’s map.',
  fields: (t) => ({
    epoch: t.int({ required: true, description: 'Epoch of a frame or map.' }),
    seq: t.int({ required: true, description: 'Sequence number of a frame or map.' }),
  }),
})

export const SeatMap = builder.objectRef<SeatMapShape>('SeatMap').implement({
  description: 'All seats of a show and their statuses at one moment.',
  fields: (t) => ({
    showId: t.id({ description: 'Id of the show.', resolve: ({ map }) => printId('Show', map.showId) }),
    plan: t.field({
      type: PlanVersion,
      description: 'The plan the seats are numbered by.',
      resolve: ({ plan }) => plan,
    }),
    epoch: t.int({
      description: 'Raised whenever the show’s ledger is rebuilt. A viewer never goes back to a lower one.',
      resolve: ({ map }) => map.epoch,
    }),
    seq: t.int({
      description: 'Counts the changes within the epoch. Frames with a higher seq come after this map.',
      resolve: ({ map }) => map.seq,
    }),
    statuses: t.string({
      description:
        'The status of every seat number, packed: 2 bits a seat in ascending seatNo, the first seat in the lowest ' +
        'bits of the first byte, as base64. 0 available, 1 locked, 2 booked, 3 not for sale.',
      resolve: ({ map }) => packedStatuses(map),
    }),
    stale: t.boolean({
      description:
        'True while the ledger is away and the map comes from the claims: no seat can be locked now.',
      resolve: ({ map }) => map.stale,
    }),
    areas: t.field({
      type: [StandingArea],
      description: 'The standing areas with their free places.',
      resolve: (parent) => parent.plan.layout.areas.map((area) => areaShape(parent, area.key)),
    }),
    seats: t.connection({
      type: Seat,
      description: 'The seats as objects, by seatNo. For tools; maps are better served by `statuses`.',
      extensions: { cursor: 'seat' },
      args: {
        category: t.arg.string({ description: 'Only seats of the category with this key.' }),
        status: t.arg({ type: SeatStatus, description: 'Only seats with this status.' }),
      },
      resolve: (parent, args) =>
        resolveCursorConnection<Promise<SeatShape[]>>(
          {
            args,
            defaultSize: graphqlLimits.pageSizeDefault,
            maxSize: graphqlLimits.pageSizeMax,
            toCursor: ({ seat }) => printCursor(seat.seatNo),
          },
          async ({ after, before, limit, inverted }) => {
            const page = pageOfSeats(parent, args, {
              after: after === undefined ? -1 : readCursor(after),
              before: before === undefined ? Number.POSITIVE_INFINITY : readCursor(before),
              limit,
              inverted,
            })
            return page.map((seat) =>
              seatShape(parent.plan, parent.priceList, seat, statusAt(parent.map.statuses, seat.seatNo)),
            )
          },
        ),
    }),
  }),
})

interface SeatPage {
  after: number
  before: number
  limit: number
  inverted: boolean
}

function pageOfSeats(
  { plan, map }: SeatMapShape,
  filter: { category?: string | null | undefined; status?: string | null | undefined },
  { after, before, limit, inverted }: SeatPage,
): PlanSeat[] {
  const found: PlanSeat[] = []
  const { seats } = plan.layout
  for (let step = 0; step < seats.length && found.length < limit; step++) {
    const seat = seats[inverted ? seats.length - 1 - step : step]
    if (!seat || seat.seatNo <= after || seat.seatNo >= before) continue
    if (filter.category != null && seat.category !== filter.category) continue
    if (filter.status != null && statusAt(map.statuses, seat.seatNo) !== filter.status) continue
    found.push(seat)
  }
  return found
}

const printCursor = (seatNo: number) => Buffer.from(`seat:${seatNo}`).toString('base64')

/** What the cursor looks like was checked with the page's arguments. */
const readCursor = (cursor: string) =>
  Number(Buffer.from(cursor, 'base64').toString('latin1').slice('seat:'.length))

function areaShape({ plan, priceList, map }: SeatMapShape, key: string) {
  const area = plan.layout.areas.find((candidate) => candidate.key === key)
  if (!area) throw new Error(`Plan version ${plan.id} lost its area ${key}`)
  let free = 0
  for (const [from, to] of area.places) {
    for (let seatNo = from; seatNo < to; seatNo++) if (statusAt(map.statuses, seatNo) === 'a') free++
  }
  return {
    area,
    category: categoryOf(plan, area.category),
    price: priceOf(priceList, area.category),
    free,
  }
}

/** Null where the show is not sold by seat. */
export async function openSeatMap(
  show: { id: number; planVersionId: number | null; priceListId: number | null },
  { deps, loaders }: Context,
  notBefore?: { epoch: number; seq: number },
): Promise<SeatMapShape | null> {
  if (show.planVersionId === null) return null
  const [plan, priceList, map] = await Promise.all([
    loaders.plans.load(show.planVersionId),
    show.priceListId === null ? null : loaders.priceLists.load(show.priceListId),
    readMap(show.id, deps.seating),
  ])
  if (!map) return null
  if (!plan) throw new Error(`Show ${show.id} names plan version ${show.planVersionId}, which is not there`)
  if (notBefore && !map.stale && isBefore(map, notBefore)) throw new MapBehind()
  return { plan, priceList, map }
}

/** Null where no sale was ever opened. */
export async function readMap(
  showId: number,
  seating: Pick<Context['deps']['seating'], 'readMap'>,
): Promise<SeatMapSnapshot | null> {
  try {
    return await seating.readMap(showId)
  } catch (error) {
    if (error instanceof ShowNotOnSale) return null
    throw error
  }
}

function isBefore(map: SeatMapSnapshot, asked: { epoch: number; seq: number }): boolean {
  return map.epoch < asked.epoch || (map.epoch === asked.epoch && map.seq < asked.seq)
}

builder.queryField('seatMap', (t) =>
  t.field({
    type: SeatMap,
    nullable: true,
    description: 'The seats of a show now. Null when there is no such show, or it is not sold by seat.',
    args: {
      showId: t.arg.id({ required: true, description: 'Id of the show.' }),
      notBefore: t.arg({
        type: SeatMapPositionInput,
        description: 'The answer is at least as new as this: a frame that you have seen.',
      }),
    },
    resolve: async (_parent, args, context) => {
      const show = await context.loaders.shows.load(readNumberedId('Show', args.showId))
      return show && openSeatMap(show, context, args.notBefore ?? undefined)
    },
  }),
)
