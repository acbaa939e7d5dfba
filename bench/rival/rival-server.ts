/**
 * What a good web developer would write in a week from the packages' documentation: Apollo Server, Prisma's interactive
 * transactions, graphql-ws, graphql-redis-subscriptions. It sells a seat once, because its table has the same primary key.
 */
import { ApolloServer } from '@apollo/server'
import { fastifyApolloDrainPlugin, fastifyApolloHandler } from '@as-integrations/fastify'
import { PrismaPg } from '@prisma/adapter-pg'
import fastify from 'fastify'
import { type PubSubRedisOptions, RedisPubSub } from 'graphql-redis-subscriptions'
import { useServer as serveGraphqlOver } from 'graphql-ws/use/ws'
import { Redis } from 'ioredis'
import { jwtVerify } from 'jose'
import { WebSocketServer } from 'ws'
import { PrismaClient } from '../../src/generated/prisma/client.ts'
import { type RivalContext, schema } from './schema.ts'

/** Its types know an older ioredis. */
type RedisClient = NonNullable<PubSubRedisOptions['publisher']>

const { DATABASE_URL = '', REDIS_URL = '', GUEST_TOKEN_SECRET = '', SANDBOX_GATEWAY_URL = '' } = process.env
const prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString: DATABASE_URL, max: 25 }) })
const redis = () => new Redis(REDIS_URL) as unknown as RedisClient
const pubsub = new RedisPubSub({ publisher: redis(), subscriber: redis() })
const secret = new TextEncoder().encode(GUEST_TOKEN_SECRET)

async function contextOf(authorization: string | undefined): Promise<RivalContext> {
  const token = authorization?.replace(/^Bearer /, '')
  const buyerId = token ? await buyerOf(token) : null
  return { prisma, pubsub, gatewayUrl: SANDBOX_GATEWAY_URL, buyerId }
}

async function buyerOf(token: string): Promise<string | null> {
  const { payload } = await jwtVerify(token, secret)
  return payload.sub ?? null
}

const app = fastify()
const apollo = new ApolloServer<RivalContext>({ schema, plugins: [fastifyApolloDrainPlugin(app)] })
await apollo.start()
app.route({
  method: ['GET', 'POST'],
  url: '/graphql',
  handler: fastifyApolloHandler(apollo, {
    context: (request) => contextOf(request.headers.authorization),
  }),
})
serveGraphqlOver(
  { schema, context: () => contextOf(undefined) },
  new WebSocketServer({ server: app.server, path: '/graphql' }),
)
await app.listen({ port: 0, host: '127.0.0.1' })
const address = app.server.address()
console.log(JSON.stringify({ listening: typeof address === 'object' ? address?.port : 0 }))
process.on('SIGTERM', () => process.exit(0))
