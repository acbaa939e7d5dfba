/** What organisers cancel: a booking of anybody, and whole shows. Only the people of the house may. */
import {
  BookingNotFound,
  NotCancellable,
  SeatsNotBooked,
  type ShowCancellation as ShowCancellationShape,
} from '../booking/index.ts'
import type { Account } from '../identity/index.ts'
import { isSignedIn, worksForTheHouse } from '../identity/index.ts'
import { BadSeatCount } from '../seating/index.ts'
import { Booking, orItsId } from './booking.ts'
import { builder } from './builder.ts'
import { seatNosOfBooking } from './cancel-seats.ts'
import type { Context } from './context.ts'
import { readBookingId, readNumberedId } from './ids.ts'
import { refusesLongLists } from './lock-arguments.ts'
import { orTryAgain, requireBuyer, requireCalm } from './mutation-steps.ts'
import { anyMutation } from './refusal-types.ts'
import {
  BadId,
  BadReason,
  DuplicateSeats,
  NotAllowed,
  NotSignedIn,
  ShowNotFound,
  UnknownSeats,
} from './refusals.ts'

const reasonCharsMax = 200

const ShowCancellation = builder.objectRef<ShowCancellationShape>('ShowCancellation').implement({
  description: 'How far the cancelling of a show is.',
  fields: (t) => ({
    reason: t.exposeString('reason', { description: 'Why, as the buyers are told.' }),
    startedAt: t.expose('startedAt', { type: 'DateTime', description: 'When it was asked for.' }),
    finishedAt: t.expose('finishedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the last booking had ended. Refunds may still be on their way.',
    }),
    cancelled: t.exposeInt('cancelled', { description: 'Bookings that were cancelled.' }),
    waiting: t.exposeInt('waiting', { description: 'Bookings that still stand.' }),
    locksEnded: t.exposeInt('locksEnded', { description: 'Locks that ended with the sale.' }),
    refundsOwed: t.exposeInt('refundsOwed', { description: 'Refunds that are not paid yet.' }),
    refundsNeedOperator: t.exposeInt('refundsNeedOperator', {
      description: 'Refunds that the gateway does not pay; a person has to see to them.',
    }),
  }),
})

builder.mutationField('cancelBookingForHouse', (t) =>
  t.prismaField({
    type: Booking,
    description:
      'Cancels a booking of any buyer, or some of its paid seats. Organisers only. Safe to repeat.',
    args: {
      bookingId: t.arg.id({ required: true, description: 'A booking.' }),
      seats: t.arg.stringList({
        description: 'Paid seats of it by their ids; leave it out to cancel the whole booking.',
        extensions: refusesLongLists,
      }),
      reason: t.arg.string({ required: true, description: 'Why, for the buyer: 1 to 200 characters.' }),
    },
    errors: {
      types: [
        ...[NotSignedIn, NotAllowed, ...anyMutation, BadId, BadReason],
        ...[BadSeatCount, DuplicateSeats, UnknownSeats, SeatsNotBooked, BookingNotFound, NotCancellable],
      ],
      union: { name: 'CancelBookingForHouseResult', description: 'The booking, or why it stays.' },
      result: { name: 'CancelBookingForHouseOk', description: 'The booking, or those seats, are cancelled.' },
      dataField: { name: 'booking', description: 'The booking as it is now.' },
    },
    resolve: (query, _parent, args, context) =>
      orTryAgain(async () => {
        const by = await requireHouse(context)
        const bookingId = readBookingId(args.bookingId)
        const reason = checkReason(args.reason)
        const seats = await seatNosOfBooking(context, { id: bookingId }, args.seats)
        const id = await context.deps.booking.cancelForHouse({ bookingId, by, reason, seats })
        return await context.deps.database.booking.findUniqueOrThrow({ ...orItsId(query), where: { id } })
      }),
  }),
)

builder.mutationField('cancelShow', (t) =>
  t.field({
    type: ShowCancellation,
    description:
      'Cancels a whole show for good: its sale ends at once, its bookings and refunds follow by themselves. ' +
      'Organisers only. A repeat tells how far it is.',
    args: {
      showId: t.arg.id({ required: true, description: 'Id of the show.' }),
      reason: t.arg.string({ required: true, description: 'Why, for the buyers: 1 to 200 characters.' }),
    },
    errors: {
      types: [NotSignedIn, NotAllowed, ...anyMutation, BadId, BadReason, ShowNotFound],
      union: { name: 'CancelShowResult', description: 'How far it is, or why the show stays.' },
      result: { name: 'CancelShowOk', description: 'The show is cancelled.' },
      dataField: { name: 'cancellation', description: 'How far it is.' },
    },
    resolve: (_parent, args, context) =>
      orTryAgain(async () => {
        const by = await requireHouse(context)
        const showId = readNumberedId('Show', args.showId)
        const reason = checkReason(args.reason)
        const { booking } = context.deps
        const asked = await booking.cancelShow({ showId, by, reason })
        const cancellation = asked && (await booking.showCancellation(showId))
        if (!cancellation) throw new ShowNotFound()
        return cancellation
      }),
  }),
)

builder.queryField('showCancellation', (t) =>
  t.field({
    type: ShowCancellation,
    nullable: true,
    description: 'How far the cancelling of a show is. Null when nobody asked for it. Organisers only.',
    authScopes: { staff: true },
    args: { showId: t.arg.id({ required: true, description: 'Id of the show.' }) },
    resolve: (_parent, args, { deps }) => deps.booking.showCancellation(readNumberedId('Show', args.showId)),
  }),
)

/** Who does it, by the account's name: guests never work for the house. */
async function requireHouse(context: Context): Promise<string> {
  const { viewer } = context
  if (!isSignedIn(viewer)) throw new NotSignedIn()
  if (!worksForTheHouse(viewer)) throw new NotAllowed()
  await requireCalm(context, 'booking', requireBuyer(context))
  return (viewer as Account).subject
}

function checkReason(text: string): string {
  const reason = text.trim()
  // Buyers read it, also in letters: no control characters, no halves of characters.
  const isText = reason.isWellFormed() && !/\p{Cc}/u.test(reason)
  if (!isText || reason.length < 1 || reason.length > reasonCharsMax) throw new BadReason(reasonCharsMax)
  return reason
}
