/** Who is calling, and what is theirs. */
import type { Viewer } from '../identity/index.ts'
import { builder } from './builder.ts'
import type { Context } from './context.ts'
import { readNumberedId } from './ids.ts'
import type { LimitHints } from './limits.ts'
import { BadCursor } from './refusals.ts'
import { SeatLockRef } from './seat-lock.ts'
import { Ticket, ticketsOf } from './ticket.ts'

const ViewerKind = builder.enumType('ViewerKind', {
  description: 'How a caller is known.',
  values: {
    ANONYMOUS: { value: 'anonymous', description: 'Not at all: may look at everything public.' },
    GUEST: { value: 'guest', description: 'By a guest session of this API: may also buy.' },
    ACCOUNT: { value: 'account', description: 'By an account of the shop or the house.' },
  } as const,
})

const Role = builder.enumType('Role', {
  description: 'What an account may do.',
  values: {
    CUSTOMER: { value: 'customer', description: 'Buys.' },
    ORGANISER: { value: 'organiser', description: 'Works for the house and sees its bookings.' },
    GATE: { value: 'gate', description: 'Checks tickets at the door.' },
    ADMIN: { value: 'admin', description: 'May do everything.' },
  } as const,
})

/** A lock holds a seat at least, and shows sell ten or so to one buyer. Each is looked up by itself. */
const locksHint: { rowlock: LimitHints } = { rowlock: { cost: 20, listSize: 20 } }

/** More than anybody is handed at a time; those of the oldest shows are left out. */
const takenTicketsMax = 100
const takenHint: { rowlock: LimitHints } = { rowlock: { cost: 5, listSize: 20 } }

const ViewerRef = builder.objectRef<Viewer>('Viewer').implement({
  description: 'Who is calling.',
  fields: (t) => ({
    kind: t.field({ type: ViewerKind, description: 'How you are known.', resolve: ({ kind }) => kind }),
    roles: t.field({ type: [Role], description: 'What you may do.', resolve: ({ roles }) => roles }),
    bookings: t.prismaConnection({
      type: 'Booking',
      cursor: 'id',
      description: 'Your bookings, newest first; none for anonymous callers.',
      extensions: { cursor: 'uuid' },
      resolve: async (query, { buyerId }, args, { deps }) => {
        if (buyerId === null) return []
        // Prisma finds the row of a cursor whosever it is, and where a page begins would tell of it.
        const begin = query.cursor?.id
        if (begin !== undefined && !(await isOwn(begin, buyerId, deps))) {
          throw new BadCursor(args.after == null ? 'before' : 'after')
        }
        return deps.database.booking.findMany({
          ...query,
          where: { buyerId },
          orderBy: [{ createdAt: 'desc' }, { id: 'asc' }],
        })
      },
    }),
    takenTickets: t.field({
      type: [Ticket],
      description: `Tickets that others paid for and passed on to you, the latest show first; at most ${takenTicketsMax}.`,
      extensions: takenHint,
      resolve: async ({ buyerId }, _args, { deps }) => {
        if (buyerId === null) return []
        const tickets = await deps.database.ticket.findMany({
          where: { holderId: buyerId },
          orderBy: [{ booking: { show: { startsAt: 'desc' } } }, { seatNo: 'asc' }],
          take: takenTicketsMax,
          include: { booking: { select: { buyerId: true, lines: true } } },
        })
        return tickets.flatMap(({ booking, ...ticket }) => ticketsOf({ ...booking, tickets: [ticket] }))
      },
    }),
    locks: t.field({
      type: [SeatLockRef],
      description: 'Your locks on a show that still live.',
      extensions: locksHint,
      args: { showId: t.arg.id({ required: true, description: 'Id of the show.' }) },
      resolve: ({ buyerId }, args, { deps }) => {
        const showId = readNumberedId('Show', args.showId)
        return buyerId === null ? [] : deps.seating.locksOf({ showId, buyerId })
      },
    }),
  }),
})

builder.queryField('viewer', (t) =>
  t.field({
    type: ViewerRef,
    description: 'Who you are, by the token of this request.',
    resolve: (_parent, _args, { viewer }) => viewer,
  }),
)

async function isOwn(id: string, buyerId: string, { database }: Context['deps']): Promise<boolean> {
  return (await database.booking.findUnique({ where: { id, buyerId }, select: { id: true } })) !== null
}
