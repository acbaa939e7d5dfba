/**
 * The subscription to a booking. Its buyer follows it, and nobody else; every message is the booking read anew, so the
 * last one always tells how it stands.
 */
import { BookingNotFound } from '../booking/index.ts'
import { Booking } from './booking.ts'
import { builder } from './builder.ts'
import { readBookingId } from './ids.ts'
import { requireBuyer } from './mutation-steps.ts'

builder.subscriptionField('bookingChanged', (t) =>
  t.prismaField({
    type: Booking,
    description: 'A booking of yours as it stands now, and again whenever it changed.',
    args: { bookingId: t.arg.id({ required: true, description: 'A booking of yours.' }) },
    subscribe: async (_parent, args, context) => {
      const buyerId = requireBuyer(context)
      const id = readBookingId(args.bookingId)
      const mine = await context.deps.database.booking.findUnique({
        where: { id, buyerId },
        select: { id: true },
      })
      if (!mine) throw new BookingNotFound()
      return context.deps.booking.followBooking(id)
    },
    resolve: (query, id, _args, { deps }) =>
      deps.database.booking.findUniqueOrThrow({ ...query, where: { id } }),
  }),
)
