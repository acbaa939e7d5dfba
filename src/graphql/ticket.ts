/** Tickets, and the codes that let their holders in. Only who has a ticket sees its code; a gate reads it off the paper. */
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
  /** Who has it. */
  holderId: string
  isOffered: boolean
}

interface TicketRow extends Omit<TicketShape, 'seatId' | 'holderId' | 'isOffered'> {
  holderId: string | null
  offerHash: string | null
}

/** Of a booking's rows: tickets know seats by number, and their lines by name. */
export function ticketsOf(booking: {
  buyerId: string
  tickets: readonly TicketRow[]
  lines: readonly { seatNo: number; seatId: string }[]
}): TicketShape[] {
  const names = new Map(booking.lines.map((line) => [line.seatNo, line.seatId]))
  return booking.tickets.map(({ offerHash, ...ticket }) => ({
    ...ticket,
    holderId: ticket.holderId ?? booking.buyerId,
    isOffered: offerHash !== null,
    seatId: names.get(ticket.seatNo) ?? '',
  }))
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
    show: t.prismaField({
      type: 'Show',
      description: 'The show it lets you in to.',
      resolve: (query, { showId }, _args, { deps }) =>
        deps.database.show.findUniqueOrThrow({ ...query, where: { id: showId } }),
    }),
    isYours: t.boolean({
      description: 'Whether you have it. A ticket that was passed on is its taker’s, whoever paid for it.',
      resolve: ({ holderId }, _args, { viewer }) => isOwner(viewer, holderId),
    }),
    isOffered: t.boolean({
      description: 'Whether it waits to be taken: see `offerTicket`. False to everyone but who has it.',
      resolve: ({ holderId, isOffered }, _args, { viewer }) => isOffered && isOwner(viewer, holderId),
    }),
    codeGeneration: t.exposeInt('codeGeneration', {
      description: 'Counts the codes of this ticket. Only the newest lets you in.',
    }),
    code: t.string({
      nullable: true,
      description:
        'The text of its QR code: keep it to yourself. Null for everyone but who has the ticket, for a void ticket, and after the show.',
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
  if (!isOwner(viewer, ticket.holderId) || ticket.state === 'void') return null
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
        const holderId = requireBuyer(context)
        await requireCalm(context, 'booking', holderId)
        const ticketId = readTicketId(args.ticketId)
        return context.deps.ticketing.reissue({
          ...{ ticketId, holderId },
          generation: args.codeGeneration,
        })
      }),
  }),
)
