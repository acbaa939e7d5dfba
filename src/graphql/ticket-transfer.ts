/** Passing a ticket on: offer it, send the offer to somebody, and they take it. */
import { OfferNotFound, TicketNotFound, TicketNotTransferable } from '../ticket/index.ts'
import { builder } from './builder.ts'
import { readTicketId } from './ids.ts'
import { orTryAgain, requireBuyer, requireCalm } from './mutation-steps.ts'
import { anyMutation } from './refusal-types.ts'
import { BadId, NotSignedIn } from './refusals.ts'
import { Ticket, ticketsOf } from './ticket.ts'

builder.mutationField('offerTicket', (t) =>
  t.string({
    description:
      'Makes an offer of a ticket that you have. Whoever you send it to takes the ticket with `takeTicket`; until then it ' +
      'stays yours. A ticket has one offer at a time: another call replaces it.',
    args: { ticketId: t.arg.id({ required: true, description: 'A ticket that you have.' }) },
    errors: {
      types: [NotSignedIn, ...anyMutation, BadId, TicketNotFound, TicketNotTransferable],
      union: { name: 'OfferTicketResult', description: 'The offer, or why there is none.' },
      result: { name: 'OfferTicketOk', description: 'The ticket waits to be taken.' },
      dataField: {
        name: 'offer',
        description:
          'A secret of 43 characters. Whoever has it can take the ticket, so send it to one person.',
      },
    },
    resolve: (_parent, args, context) =>
      orTryAgain(async () => {
        const holderId = requireBuyer(context)
        await requireCalm(context, 'booking', holderId)
        return context.deps.ticketing.offerTicket({ ticketId: readTicketId(args.ticketId), holderId })
      }),
  }),
)

builder.mutationField('withdrawTicketOffer', (t) =>
  t.boolean({
    description: 'Takes the offer of a ticket back, if nobody has taken it yet. Safe to repeat.',
    args: { ticketId: t.arg.id({ required: true, description: 'A ticket that you have.' }) },
    errors: {
      types: [NotSignedIn, ...anyMutation, BadId, TicketNotFound],
      union: { name: 'WithdrawTicketOfferResult', description: 'The ticket stays yours, or why not.' },
      result: { name: 'WithdrawTicketOfferOk', description: 'Nobody can take the ticket.' },
      dataField: { name: 'wasOffered', description: 'Whether there was an offer to take back.' },
    },
    resolve: (_parent, args, context) =>
      orTryAgain(async () => {
        const holderId = requireBuyer(context)
        await requireCalm(context, 'booking', holderId)
        return context.deps.ticketing.withdrawOffer({ ticketId: readTicketId(args.ticketId), holderId })
      }),
  }),
)

builder.mutationField('takeTicket', (t) =>
  t.field({
    type: Ticket,
    description:
      'Takes a ticket that was offered to you. It has a new code, and the old one no longer lets anyone in. Refunds stay ' +
      'with who paid. Safe to repeat.',
    args: { offer: t.arg.string({ required: true, description: 'What `offerTicket` answered.' }) },
    errors: {
      types: [NotSignedIn, ...anyMutation, OfferNotFound, TicketNotTransferable],
      union: { name: 'TakeTicketResult', description: 'The ticket, or why it is not yours.' },
      result: { name: 'TakeTicketOk', description: 'The ticket is yours.' },
      dataField: { name: 'ticket', description: 'The ticket with its new code.' },
    },
    resolve: (_parent, { offer }, context) =>
      orTryAgain(async () => {
        const takerId = requireBuyer(context)
        await requireCalm(context, 'booking', takerId)
        const id = await context.deps.ticketing.takeTicket({ offer, takerId })
        const booking = await context.deps.database.booking.findFirstOrThrow({
          where: { tickets: { some: { id } } },
          select: { buyerId: true, tickets: { where: { id } }, lines: true },
        })
        const [ticket] = ticketsOf(booking)
        if (!ticket) throw new Error(`Ticket ${id} is gone`)
        return ticket
      }),
  }),
)
