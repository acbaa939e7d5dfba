/** Bookings, their money and their tickets. Only the buyer sees a booking, and the people of the house. */
import type { BookingState as BookingStateName } from '../generated/prisma/enums.ts'
import { isOwner, worksForTheHouse } from '../identity/index.ts'
import { builder } from './builder.ts'
import type { Context } from './context.ts'
import { Money } from './money.ts'
import { PricedSeat, type PricedSeatShape } from './priced-seat.ts'
import { Ticket, ticketsOf } from './ticket.ts'

export const BookingState = builder.enumType('BookingState', {
  description: 'Where a booking stands.',
  values: {
    PENDING: { description: 'The seats are ours to sell you, and the payment is under way.' },
    PAYMENT_QUEUED: {
      description:
        'The payment gateway cannot be reached. You are not charged, the seats stay yours until `waitsUntil`, and ' +
        'the payment is made when it is back. You may cancel at once.',
    },
    REQUIRES_ACTION: { description: 'Your bank wants you to confirm: open `payment.actionUrl`.' },
    PAYMENT_UNKNOWN: {
      description: 'The payment gateway did not answer. We find out what happened; do not pay again.',
    },
    CONFIRMED: { description: 'Paid. The tickets are valid.' },
    FAILED: { description: 'Not paid, and the seats are free again. `failure` says why.' },
    CANCELLED: { description: 'Cancelled. Money that was taken is refunded.' },
    NEEDS_OPERATOR: { description: 'A person has to look at it; the seats stay yours meanwhile.' },
  } as const,
})

const PaymentState = builder.enumType('PaymentState', {
  description: 'Where a payment stands.',
  values: {
    OPENING: { description: 'Being announced to the gateway; no money moves yet.' },
    OPENED: { description: 'Known to the gateway; no money moves yet.' },
    CONFIRMING: { description: 'The charge was sent and its answer is awaited.' },
    REQUIRES_ACTION: { description: 'The buyer has to confirm with the bank.' },
    SUCCEEDED: { description: 'The money was taken.' },
    DECLINED: { description: 'The charge was refused; no money was taken.' },
    CANCELLED: { description: 'Given up before any money was taken.' },
  } as const,
})

const RefundState = builder.enumType('RefundState', {
  description: 'Where a refund stands.',
  values: {
    OWED: { description: 'It will be paid back; the gateway has not confirmed it yet.' },
    SUCCEEDED: { description: 'Paid back.' },
    NEEDS_OPERATOR: { description: 'The gateway refuses it; a person has to see to it.' },
    WITHDRAWN: { description: 'Not owed any more: you got seats for the money after all.' },
  } as const,
})

const BookingLine = builder.objectRef<BookingLineShape>('BookingLine').implement({
  description: 'One seat of a booking and what it cost.',
  interfaces: [PricedSeat],
  fields: (t) => ({
    isCancelled: t.boolean({
      description: 'Whether the seat was given back after it had been paid for.',
      resolve: ({ voidedAt }) => voidedAt !== null,
    }),
  }),
})

interface BookingLineShape extends PricedSeatShape {
  voidedAt: Date | null
}

builder.prismaObject('Payment', {
  description: 'The one charge of a booking.',
  select: { state: true },
  fields: (t) => ({
    state: t.expose('state', { type: PaymentState, description: 'Where it stands.' }),
    actionUrl: t.string({
      nullable: true,
      description: 'Where the buyer confirms with the bank, while that is asked. Only the buyer sees it.',
      select: { actionUrl: true, state: true, booking: { select: { buyerId: true } } },
      resolve: ({ actionUrl, state, booking }, _args, { viewer }) =>
        state === 'REQUIRES_ACTION' && isOwner(viewer, booking.buyerId) ? actionUrl : null,
    }),
    amount: t.field({
      type: Money,
      description: 'What is charged.',
      select: { amountMinor: true, currency: true },
      resolve: (payment) => payment,
    }),
  }),
})

builder.prismaObject('Refund', {
  description: 'Money on its way back to the buyer.',
  select: { state: true },
  fields: (t) => ({
    state: t.expose('state', { type: RefundState, description: 'Where it stands.' }),
    amount: t.field({
      type: Money,
      description: 'What is paid back.',
      select: { amountMinor: true, currency: true },
      resolve: (refund) => refund,
    }),
    reason: t.exposeString('reason', { description: 'Why it is paid back.' }),
  }),
})

builder.prismaObject('BookingChange', {
  description: 'One step of a booking from state to state.',
  select: { toState: true },
  fields: (t) => ({
    from: t.expose('fromState', {
      type: BookingState,
      nullable: true,
      description: 'The state before. Null for the first.',
    }),
    to: t.expose('toState', { type: BookingState, description: 'The state after.' }),
    reason: t.exposeString('reason', { description: 'Why it changed.' }),
    at: t.expose('at', { type: 'DateTime', description: 'When it changed.' }),
  }),
})

export const Booking = builder.prismaNode('Booking', {
  id: { resolve: ({ id }) => id },
  // Whoever may not see a booking finds none.
  findUnique: (id, context) => ({ id, ...visibleBookings(context) }),
  nullable: true,
  description: 'Seats that a buyer pays for, or has paid.',
  select: { id: true, buyerId: true },
  authScopes: ({ buyerId }, { viewer }) => (isOwner(viewer, buyerId) ? true : { staff: true }),
  fields: (t) => ({
    show: t.relation('show', { description: 'The show the seats are for.' }),
    state: t.field({
      type: BookingState,
      description: 'Where it stands.',
      select: { state: true },
      resolve: ({ state }): BookingStateName => state,
    }),
    total: t.field({
      type: Money,
      description: 'What it costs in all.',
      select: { totalMinor: true, currency: true },
      resolve: ({ totalMinor, currency }) => ({ amountMinor: totalMinor, currency }),
    }),
    lines: t.field({
      type: [BookingLine],
      description: 'Its seats with their prices, by seatNo.',
      select: { showId: true, currency: true, lines: { orderBy: { seatNo: 'asc' } } },
      resolve: ({ showId, currency, lines }) =>
        lines.map((line) => ({ ...line, showId, totalMinor: line.amountMinor, currency })),
    }),
    tickets: t.field({
      type: [Ticket],
      description: 'Its tickets, by seatNo; none before it is paid.',
      select: {
        buyerId: true,
        tickets: { orderBy: { seatNo: 'asc' } },
        lines: { orderBy: { seatNo: 'asc' } },
      },
      resolve: ticketsOf,
    }),
    payment: t.relation('payment', { nullable: true, description: 'Its charge. Null for a free booking.' }),
    refunds: t.relation('refunds', {
      description: 'What goes back to the buyer, oldest first.',
      query: { orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] },
    }),
    history: t.relation('history', {
      description: 'Every step it took, oldest first.',
      query: { orderBy: { id: 'asc' } },
    }),
    failure: t.exposeString('failure', {
      nullable: true,
      description: 'Why it failed, as a sentence for the buyer. Null while it has not.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was begun.' }),
    waitsUntil: t.field({
      type: 'DateTime',
      nullable: true,
      description:
        'Until when it waits where it stands: for the gateway while PENDING or PAYMENT_QUEUED, for you while ' +
        'REQUIRES_ACTION. Then it ends without a charge. Null in every other state.',
      select: { state: true, createdAt: true, updatedAt: true },
      resolve: (booking, _args, { deps }) => deps.booking.waitsUntil(booking),
    }),
    cancellableUntil: t.field({
      type: 'DateTime',
      description: 'Until when you may give paid seats back.',
      select: { show: { select: { startsAt: true, cancelBeforeMinutes: true } } },
      resolve: ({ show }, _args, { deps }) => deps.booking.cancellableUntil(show),
    }),
  }),
})

const nobody = '00000000-0000-0000-0000-000000000000'

function visibleBookings({ viewer }: Context): { buyerId?: string } {
  if (worksForTheHouse(viewer)) return {}
  return { buyerId: viewer.buyerId ?? nobody }
}

/** Where a client looks at nothing but how a mutation went, nothing would be selected, which Prisma takes for a mistake. */
export function orItsId<Query extends { select?: object }>(query: Query): Query {
  const isEmpty = query.select !== undefined && Object.keys(query.select).length === 0
  return isEmpty ? { ...query, select: { id: true } } : query
}
