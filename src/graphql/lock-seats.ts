/** lockSeats: seats named by their public ids, all of them or none, and every reason against it as data. */
import type { Plan, PriceList } from '../catalog/index.ts'
import {
  BadSeatCount,
  KeyReused,
  LockInCheckout,
  LockNotFound,
  SeatLimitReached,
  SeatsUnavailable,
  ShowNotOnSale,
} from '../seating/index.ts'
import { builder } from './builder.ts'
import type { Context } from './context.ts'
import { readLockId, readNumberedId } from './ids.ts'
import { lockKeyDescription, refusesLongLists } from './lock-arguments.ts'
import { checkKey, orTryAgain, requireBuyer, requireCalm } from './mutation-steps.ts'
import { wantedSeats } from './named-seats.ts'
import { anyMutation } from './refusal-types.ts'
import {
  BadId,
  BadIdempotencyKey,
  DuplicateSeats,
  NotSignedIn,
  SeatsTaken,
  ShowNotFound,
  UnknownSeats,
} from './refusals.ts'
import { priceOf } from './seat.ts'
import { SeatLockRef, seatIdOf } from './seat-lock.ts'

const AreaPlacesInput = builder.inputType('AreaPlacesInput', {
  description: 'A number of places of a standing area.',
  fields: (t) => ({
    area: t.string({ required: true, description: 'Key of the area.' }),
    count: t.int({ required: true, description: 'How many places.' }),
  }),
})

builder.mutationField('lockSeats', (t) =>
  t.field({
    type: SeatLockRef,
    description:
      'Keeps seats for you: all of them or none. With `lockId` the seats are added to that lock, whose expiry stays.',
    args: {
      showId: t.arg.id({ required: true, description: 'Id of the show.' }),
      seats: t.arg.stringList({
        description: 'Seat ids of the show’s plan.',
        extensions: refusesLongLists,
      }),
      areas: t.arg({
        type: [AreaPlacesInput],
        description: 'Places of standing areas.',
        extensions: refusesLongLists,
      }),
      lockId: t.arg.id({ description: 'A lock of yours that grows. Without it a new lock begins.' }),
      idempotencyKey: t.arg.string({ required: true, description: lockKeyDescription }),
    },
    errors: {
      types: [
        ...[NotSignedIn, ...anyMutation, BadId, BadIdempotencyKey, KeyReused, ShowNotFound, ShowNotOnSale],
        ...[
          BadSeatCount,
          DuplicateSeats,
          UnknownSeats,
          SeatsTaken,
          SeatLimitReached,
          LockNotFound,
          LockInCheckout,
        ],
      ],
      union: { name: 'LockSeatsResult', description: 'The lock, or why there is none.' },
      result: {
        name: 'LockSeatsOk',
        description: 'The seats are yours until the lock expires.',
        fields: (f) => ({
          epoch: f.int({
            description: 'With `seq`: the map’s position that includes these seats.',
            resolve: (lock) => lock.epoch,
          }),
          seq: f.int({ description: 'See `epoch`.', resolve: (lock) => lock.seq }),
        }),
      },
      dataField: { name: 'lock', description: 'The lock with all its seats.' },
    },
    resolve: (_parent, args, context) =>
      orTryAgain(async () => {
        const buyerId = requireBuyer(context)
        await requireCalm(context, 'seat_selection', buyerId)
        const idempotencyKey = checkKey(args.idempotencyKey)
        const showId = readNumberedId('Show', args.showId)
        const grown = args.lockId == null ? null : readLockId(args.lockId)
        const named = { seats: args.seats ?? [], areas: args.areas ?? [] }
        const { plan, priceList } = await findSale(showId, context)
        const wanted = wantedSeats(plan, named)
        requirePrices(plan, priceList, wanted)
        // A lock of another show is no lock of this one.
        if (grown && grown.showId !== showId) throw new LockNotFound()
        return await context.deps.seating
          .placeLock({
            showId,
            buyerId,
            idempotencyKey,
            ...wanted,
            ...(grown ? { lockId: grown.lockId } : {}),
          })
          .catch((error: unknown) => {
            throw withSeatNames(error, plan)
          })
      }),
  }),
)

async function findSale(showId: number, { loaders }: Context): Promise<{ plan: Plan; priceList: PriceList }> {
  const show = await loaders.shows.load(showId)
  if (show?.planVersionId == null) throw new ShowNotFound()
  if (show.priceListId === null) throw new ShowNotOnSale('not_on_sale')
  const [plan, priceList] = await Promise.all([
    loaders.plans.load(show.planVersionId),
    loaders.priceLists.load(show.priceListId),
  ])
  if (!plan || !priceList) throw new Error(`Show ${showId} names a plan or a price list that is not there`)
  return { plan, priceList }
}

/** A seat without a price is not sold, whatever the map says. */
function requirePrices(plan: Plan, priceList: PriceList, wanted: ReturnType<typeof wantedSeats>): void {
  const isSold = (category: string | undefined) =>
    category !== undefined && priceOf(priceList, category) !== null
  const seats = wanted.seats.filter((seatNo) => !isSold(plan.seatOf(seatNo)?.category))
  const areas = wanted.areas.filter(({ category }) => !isSold(category))
  if (seats.length === 0 && areas.length === 0) return
  throw new SeatsTaken(
    'Some of these seats are not sold at this show. Choose others.',
    seats.map((seatNo) => ({ seatNo, seatId: seatIdOf(plan, seatNo), status: 'n' })),
    areas.map(({ key }) => ({ key, free: 0 })),
  )
}

function withSeatNames(error: unknown, plan: Plan): unknown {
  if (!(error instanceof SeatsUnavailable)) return error
  const seats = error.seats.map((seat) => ({ ...seat, seatId: seatIdOf(plan, seat.seatNo) }))
  return new SeatsTaken(error.message, seats, error.areas)
}
