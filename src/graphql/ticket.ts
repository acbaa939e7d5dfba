/** Tickets, and the codes that let their holders in. Only the buyer sees a code; a gate reads it off the paper. */
import { isOwner } from '../identity/index.ts'
import { CodeNotReplaced, qrOf, TicketNotFound } from '../ticket/index.ts'
import { builder } from './builder.ts'
import type { Context } from './context.ts'
import { printId, readTicketId } from './ids.ts'
import { orTryAgain, requireBuyer, requireCalm } from './mutation-steps.ts'
import { anyMutation } from './refusal-types.ts'
import { BadId, NotSignedIn } from './refusals.ts'
import { type SeatOfShow, seatLabel } from './seat-label.ts'

const TicketState = builder.enumType('TicketState', {
  description: 'Whether a ticket lets you in.',
  values: {
    VALID: { value: 'valid', description: 'It lets its holder in.' },
    VOID: { value: 'void', description: 'Its booking was cancelled.' },
  } as const,
})

export interface TicketShape extends SeatOfShow {
  id: string
  state: 'valid' | 'void'
  codeGeneration: number
  buyerId: string
}

export const Ticket = builder.objectRef<TicketShape>('Ticket').implement({
  description: 'The right to one seat.',
  fields: (t) => ({
    id: t.id({ description: 'Opaque id of the ticket.', resolve: ({ id }) => printId('Ticket', id) }),
    seatNo: t.exposeInt('seatNo', { description: 'Number of the seat on the map.' }),
    seatId: t.exposeString('seatId', { description: 'Name of the seat.' }),
    label: t.field(seatLabel),
    state: t.field({
      type: TicketState,
      description: 'Whether it lets you in.',
      resolve: ({ state }) => state,
    }),
    codeGeneration: t.exposeInt('codeGeneration', {
      description: 'Counts the codes of this ticket. Only the newest lets you in.',
    }),
    code: t.string({
      nullable: true,
      description:
        'The text of its QR code: keep it to yourself. Null for everyone but the buyer, for a void ticket, and after the show.',
      resolve: (ticket, _args, context) => codeOf(ticket, context),
    }),
    qrSvg: t.string({
      nullable: true,
      description: 'The same as a QR code, drawn as SVG. Null where `code` is.',
      resolve: async (ticket, _args, context) => {
        const code = await codeOf(ticket, context)
        return code === null ? null : qrOf(code, `Ticket for seat ${ticket.seatId}`)
      },
    }),
  }),
})

async function codeOf(ticket: TicketShape, { viewer, loaders }: Context): Promise<string | null> {
  if (!isOwner(viewer, ticket.buyerId) || ticket.state === 'void') return null
  return loaders.ticketCodes.load(ticket.id)
}

builder.mutationField('reissueTicket', (t) =>
  t.int({
    description:
      'Gives a ticket a new code, because others have seen the old one, which no longer lets anyone in. Safe to repeat.',
    args: {
      ticketId: t.arg.id({ required: true, description: 'A ticket of yours.' }),
      codeGeneration: t.arg.int({
        required: true,
        description: 'Which of its codes is to be replaced: `Ticket.codeGeneration` as you saw it.',
      }),
    },
    errors: {
      types: [NotSignedIn, ...anyMutation, BadId, TicketNotFound, CodeNotReplaced],
      union: { name: 'ReissueTicketResult', description: 'It has a new code, or why not.' },
      result: {
        name: 'ReissueTicketOk',
        description: 'The old code is void. Look at the ticket for the new one.',
      },
      dataField: { name: 'codeGeneration', description: 'Counts the codes of the ticket; this one holds.' },
    },
    resolve: (_parent, args, context) =>
      orTryAgain(async () => {
        const buyerId = requireBuyer(context)
        await requireCalm(context, 'booking', buyerId)
        const ticketId = readTicketId(args.ticketId)
        return context.deps.ticketing.reissue({ ticketId, buyerId, generation: args.codeGeneration })
      }),
  }),
)
