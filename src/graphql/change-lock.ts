/** extendLock and releaseLock: what the owner of a lock does with it. */
import {
  AlreadyExtended,
  BadSeatCount,
  LockInCheckout,
  LockNotFound,
  type SeatLock,
  ShowNotOnSale,
} from '../seating/index.ts'
import { builder } from './builder.ts'
import { readLockId } from './ids.ts'
import { lockKeyDescription, refusesLongLists } from './lock-arguments.ts'
import { checkKey, orTryAgain, requireBuyer, requireCalm } from './mutation-steps.ts'
import { type NamedSeat, seatNosOf } from './named-seats.ts'
import { anyMutation } from './refusal-types.ts'
import { BadId, BadIdempotencyKey, DuplicateSeats, NotSignedIn, UnknownSeats } from './refusals.ts'
import { planOfShow, SeatLockRef, seatIdOf } from './seat-lock.ts'

builder.mutationField('extendLock', (t) =>
  t.field({
    type: SeatLockRef,
    description: 'Gives a lock its one extension.',
    args: {
      lockId: t.arg.id({ required: true, description: 'A lock of yours.' }),
      idempotencyKey: t.arg.string({ required: true, description: lockKeyDescription }),
    },
    errors: {
      types: [
        ...[NotSignedIn, ...anyMutation, BadId, BadIdempotencyKey],
        ...[LockNotFound, LockInCheckout, AlreadyExtended],
      ],
      union: { name: 'ExtendLockResult', description: 'The lock, or why it was not extended.' },
      result: { name: 'ExtendLockOk', description: 'The lock lives longer.' },
      dataField: { name: 'lock', description: 'The lock with its new expiry.' },
    },
    resolve: (_parent, args, context) =>
      orTryAgain(async () => {
        const buyerId = requireBuyer(context)
        await requireCalm(context, 'seat_selection', buyerId)
        const idempotencyKey = checkKey(args.idempotencyKey)
        return await context.deps.seating
          .extendLock({ ...readLockId(args.lockId), buyerId, idempotencyKey })
          .catch(orNoSuchLock)
      }),
  }),
)

interface ReleasedShape {
  seats: NamedSeat[]
  lock: SeatLock | null
}

const ReleasedSeat = builder.objectRef<NamedSeat>('ReleasedSeat').implement({
  description: 'A seat that is free again.',
  fields: (t) => ({
    seatNo: t.exposeInt('seatNo', { description: 'Number of the seat on the map.' }),
    seatId: t.exposeString('seatId', { description: 'Name of the seat.' }),
  }),
})

const ReleaseLockOk = builder.objectRef<ReleasedShape>('ReleaseLockOk').implement({
  description: 'The seats were given back.',
  fields: (t) => ({
    released: t.field({
      type: [ReleasedSeat],
      description: 'The seats that this call freed; empty for a repeat.',
      resolve: ({ seats }) => seats,
    }),
    lock: t.field({
      type: SeatLockRef,
      nullable: true,
      description: 'What is left of the lock. Null when nothing is.',
      resolve: ({ lock }) => lock,
    }),
  }),
})

builder.mutationField('releaseLock', (t) =>
  t.field({
    type: ReleaseLockOk,
    description: 'Gives seats of a lock back, or the whole lock. Safe to repeat.',
    args: {
      lockId: t.arg.id({ required: true, description: 'A lock of yours.' }),
      seats: t.arg.stringList({
        description: 'Which seats; leave it out to give all of them back.',
        extensions: refusesLongLists,
      }),
    },
    errors: {
      directResult: true,
      types: [
        ...[NotSignedIn, ...anyMutation, BadId],
        ...[BadSeatCount, DuplicateSeats, UnknownSeats, LockNotFound, LockInCheckout],
      ],
      union: { name: 'ReleaseLockResult', description: 'What was given back, or why nothing was.' },
    },
    resolve: (_parent, args, context) =>
      orTryAgain(async () => {
        const buyerId = requireBuyer(context)
        await requireCalm(context, 'seat_selection', buyerId)
        const lock = readLockId(args.lockId)
        const show = await context.loaders.shows.load(lock.showId)
        if (show?.planVersionId == null) throw new LockNotFound()
        const plan = await planOfShow(lock.showId, context.loaders)
        const seats = args.seats == null ? {} : { seats: seatNosOf(plan, args.seats) }
        const answer = await context.deps.seating
          .releaseLock({ ...lock, buyerId, ...seats })
          .catch(orNoSuchLock)
        return {
          seats: answer.released.map((seatNo) => ({ seatNo, seatId: seatIdOf(plan, seatNo) })),
          lock: answer.lock,
        }
      }),
  }),
)

/** A show whose sale was never opened has no locks. */
function orNoSuchLock(error: unknown): never {
  throw error instanceof ShowNotOnSale ? new LockNotFound() : error
}
