/** createBooking and cancelBooking. A declined payment is no refusal: it is a booking in state FAILED. */
import {
  BookingNotFound,
  EmailRefused,
  NotCancellable,
  PaymentMethodRefused,
  PromotionRefused,
  SeatsNotBooked,
  TicketsPassedOn,
} from '../booking/index.ts'
import { BadSeatCount, KeyReused, LockInCheckout, LockNotFound, ShowNotOnSale } from '../seating/index.ts'
import { Booking, orItsId } from './booking.ts'
import { builder } from './builder.ts'
import { seatNosOfBooking } from './cancel-seats.ts'
import { readBookingId, readLockId } from './ids.ts'
import type { LimitHints } from './limits.ts'
import { refusesLongLists } from './lock-arguments.ts'
import { checkKey, orTryAgain, requireBuyer, requireCalm } from './mutation-steps.ts'
import { anyMutation } from './refusal-types.ts'
import { BadId, BadIdempotencyKey, DuplicateSeats, NotSignedIn, Queued, UnknownSeats } from './refusals.ts'

/** A card number in place of a token is a PaymentMethodRefused. */
const refusesCardNumbers: { rowlock: LimitHints } = { rowlock: { refusesCardNumbers: true } }

builder.mutationField('createBooking', (t) =>
  t.prismaField({
    type: Booking,
    description:
      'Pays for a lock. Answers within 12 s with the booking as it then is; look again while it is PENDING or ' +
      'PAYMENT_UNKNOWN. A declined payment is a booking in state FAILED.',
    args: {
      lockId: t.arg.id({ required: true, description: 'A lock of yours.' }),
      paymentMethod: t.arg.string({
        required: true,
        description:
          'Token of the payment gateway. Never a card number: anything that looks like one is refused.',
        extensions: refusesCardNumbers,
      }),
      promotionCode: t.arg.string({ description: 'A promotion code, as the buyer typed it.' }),
      email: t.arg.string({ description: 'Where the tickets are sent. Nobody is written to without it.' }),
      idempotencyKey: t.arg.string({
        required: true,
        description:
          'Your own name of this purchase, 1 to 64 characters out of A-Z, a-z, 0-9, "-" and "_". However often it ' +
          'is repeated, you are charged once.',
      }),
    },
    errors: {
      types: [
        ...[NotSignedIn, ...anyMutation, Queued, BadId, BadIdempotencyKey, KeyReused],
        ...[
          LockNotFound,
          LockInCheckout,
          PaymentMethodRefused,
          PromotionRefused,
          EmailRefused,
          ShowNotOnSale,
        ],
      ],
      union: { name: 'CreateBookingResult', description: 'The booking, or why there is none.' },
      result: { name: 'CreateBookingOk', description: 'There is a booking; its state says how it went.' },
      dataField: { name: 'booking', description: 'The booking as it is now.' },
    },
    resolve: (query, _parent, args, context) =>
      orTryAgain(async () => {
        const buyerId = requireBuyer(context)
        await requireCalm(context, 'booking', buyerId)
        const idempotencyKey = checkKey(args.idempotencyKey)
        const id = await context.deps.booking.createBooking({
          ...readLockId(args.lockId),
          buyerId,
          paymentMethod: args.paymentMethod,
          promotionCode: args.promotionCode ?? undefined,
          email: args.email ?? undefined,
          idempotencyKey,
        })
        return await context.deps.database.booking.findUniqueOrThrow({ ...orItsId(query), where: { id } })
      }),
  }),
)

builder.mutationField('cancelBooking', (t) =>
  t.prismaField({
    type: Booking,
    description:
      'Cancels a booking, or some of its paid seats, and pays back what was taken for them. Safe to repeat.',
    args: {
      bookingId: t.arg.id({ required: true, description: 'A booking of yours.' }),
      seats: t.arg.stringList({
        description: 'Paid seats of it by their ids; leave it out to cancel the whole booking.',
        extensions: refusesLongLists,
      }),
    },
    errors: {
      types: [
        ...[NotSignedIn, ...anyMutation, BadId, BookingNotFound, NotCancellable],
        ...[BadSeatCount, DuplicateSeats, UnknownSeats, SeatsNotBooked, TicketsPassedOn],
      ],
      union: { name: 'CancelBookingResult', description: 'The booking, or why it stays.' },
      result: { name: 'CancelBookingOk', description: 'The booking is cancelled, or on its way to it.' },
      dataField: { name: 'booking', description: 'The booking as it is now.' },
    },
    resolve: (query, _parent, args, context) =>
      orTryAgain(async () => {
        const buyerId = requireBuyer(context)
        await requireCalm(context, 'booking', buyerId)
        const bookingId = readBookingId(args.bookingId)
        const seats = await seatNosOfBooking(context, { id: bookingId, buyerId }, args.seats)
        const id = await context.deps.booking.cancelBooking({ bookingId, buyerId, seats })
        return await context.deps.database.booking.findUniqueOrThrow({ ...orItsId(query), where: { id } })
      }),
  }),
)
