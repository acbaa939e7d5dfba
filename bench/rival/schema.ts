/** The rival's schema, as the documentation of its packages leads to it: Pothos, Prisma transactions, Redis pub/sub. */
import SchemaBuilder from '@pothos/core'
import { GraphQLError } from 'graphql'
import type { RedisPubSub } from 'graphql-redis-subscriptions'
import type { PrismaClient } from '../../src/generated/prisma/client.ts'
import { pay } from './pay.ts'

export interface RivalContext {
  prisma: PrismaClient
  pubsub: RedisPubSub
  buyerId: string | null
  gatewayUrl: string
}

interface SeatChange {
  seatNo: number
  status: 'LOCKED' | 'SOLD'
}

const lockMs = 300_000
/** The product's plugins ask for options wherever a builder is made; the rival uses none of them. */
const builder = new SchemaBuilder<{ Context: RivalContext }>({} as never)

const Lock = builder.objectRef<{ id: string; expiresAt: Date }>('Lock').implement({
  fields: (t) => ({
    id: t.exposeID('id'),
    expiresAt: t.string({ resolve: ({ expiresAt }) => expiresAt.toISOString() }),
  }),
})
const Booking = builder.objectRef<{ id: string; state: string }>('Booking').implement({
  fields: (t) => ({ id: t.exposeID('id'), state: t.exposeString('state') }),
})
const Seat = builder.objectRef<SeatChange>('Seat').implement({
  fields: (t) => ({ seatNo: t.exposeInt('seatNo'), status: t.exposeString('status') }),
})

builder.queryType({
  fields: (t) => ({
    takenSeats: t.field({
      type: [Seat],
      args: { showId: t.arg.int({ required: true }) },
      resolve: async (_parent, { showId }, { prisma }) => {
        const claims = await prisma.seatClaim.findMany({ where: { showId } })
        return claims.map(
          ({ seatNo, state }): SeatChange => ({
            ...{ seatNo, status: state === 'sold' ? 'SOLD' : 'LOCKED' },
          }),
        )
      },
    }),
  }),
})

builder.mutationType({
  fields: (t) => ({
    lockSeats: t.field({
      type: Lock,
      args: { showId: t.arg.int({ required: true }), seats: t.arg.intList({ required: true }) },
      resolve: async (_parent, { showId, seats }, { prisma, pubsub, buyerId }) => {
        if (!buyerId) throw new GraphQLError('Sign in first')
        const lock = { id: crypto.randomUUID(), expiresAt: new Date(Date.now() + lockMs) }
        try {
          await prisma.$transaction(async (tx) => {
            const show = await tx.show.findUniqueOrThrow({ where: { id: showId } })
            await tx.seatClaim.deleteMany({
              where: { showId, seatNo: { in: seats }, state: 'locked', expiresAt: { lt: new Date() } },
            })
            await tx.seatClaim.createMany({
              data: seats.map((seatNo) => ({
                ...{ showId, seatNo, state: 'locked' as const, lockId: lock.id, buyerId },
                ...{ priceListId: show.priceListId, decidedAt: new Date(), expiresAt: lock.expiresAt },
              })),
            })
          })
        } catch (error) {
          // The primary key: somebody has one of them.
          if ((error as { code?: string }).code === 'P2002') throw new GraphQLError('SEATS_TAKEN')
          throw error
        }
        await tell(pubsub, showId, seats, 'LOCKED')
        return lock
      },
    }),
    createBooking: t.field({
      type: Booking,
      args: { lockId: t.arg.id({ required: true }), paymentMethod: t.arg.string({ required: true }) },
      resolve: async (_parent, { lockId, paymentMethod }, { prisma, pubsub, buyerId, gatewayUrl }) => {
        if (!buyerId) throw new GraphQLError('Sign in first')
        const { showId, seats, id, amountMinor } = await begin(prisma, { lockId, buyerId, paymentMethod })
        await pay(gatewayUrl, { bookingId: id, amountMinor, currency: 'EUR', method: paymentMethod })
        await prisma.$transaction(async (tx) => {
          const sold = await tx.seatClaim.updateMany({
            where: { lockId, state: 'paying' },
            data: { state: 'sold', expiresAt: null },
          })
          if (sold.count !== seats.length) throw new Error('Seats were lost while paying')
          await tx.payment.update({ where: { bookingId: id }, data: { state: 'SUCCEEDED' } })
          await tx.booking.update({ where: { id }, data: { state: 'CONFIRMED' } })
          await tx.ticket.createMany({
            data: seats.map((seatNo) => ({ id: crypto.randomUUID(), bookingId: id, showId, seatNo })),
          })
        })
        await tell(pubsub, showId, seats, 'SOLD')
        return { id, state: 'CONFIRMED' }
      },
    }),
  }),
})

builder.subscriptionType({
  fields: (t) => ({
    seatStatusChanged: t.field({
      type: [Seat],
      args: { showId: t.arg.int({ required: true }) },
      subscribe: (_parent, { showId }, { pubsub }) =>
        pubsub.asyncIterableIterator<SeatChange[]>(`seats.${showId}`),
      resolve: (changes) => changes as SeatChange[],
    }),
  }),
})

async function begin(
  prisma: PrismaClient,
  { lockId, buyerId, paymentMethod }: { lockId: string; buyerId: string; paymentMethod: string },
) {
  return await prisma.$transaction(async (tx) => {
    const claims = await tx.seatClaim.findMany({
      where: { lockId, buyerId, state: 'locked', expiresAt: { gt: new Date() } },
      orderBy: { seatNo: 'asc' },
    })
    const [first] = claims
    if (!first) throw new GraphQLError('LOCK_NOT_FOUND')
    const { prices } = await tx.priceList.findUniqueOrThrow({ where: { id: first.priceListId ?? 0 } })
    const [price = 0] = Object.values(prices as Record<string, number>)
    const amountMinor = price * claims.length
    const id = crypto.randomUUID()
    const paying = await tx.seatClaim.updateMany({
      where: { lockId, state: 'locked' },
      data: { state: 'paying', bookingId: id },
    })
    if (paying.count !== claims.length) throw new GraphQLError('LOCK_NOT_FOUND')
    await tx.booking.create({
      data: {
        ...{ id, showId: first.showId, buyerId, lockId, state: 'PENDING', requestHash: '' },
        ...{ currency: 'EUR', totalMinor: amountMinor },
        lines: {
          create: claims.map(({ seatNo }) => ({
            ...{ seatNo, seatId: `A-${seatNo + 1}`, category: 'all', amountMinor: price, priceMinor: price },
          })),
        },
        payment: {
          create: {
            ...{ id: crypto.randomUUID(), state: 'OPENING', gateway: 'sandbox', gatewayKey: id },
            ...{ method: paymentMethod, currency: 'EUR', amountMinor },
          },
        },
      },
    })
    return { id, amountMinor, showId: first.showId, seats: claims.map(({ seatNo }) => seatNo) }
  })
}

const tell = (pubsub: RedisPubSub, showId: number, seats: number[], status: SeatChange['status']) =>
  pubsub.publish(
    `seats.${showId}`,
    seats.map((seatNo) => ({ seatNo, status })),
  )

export const schema = builder.toSchema()
