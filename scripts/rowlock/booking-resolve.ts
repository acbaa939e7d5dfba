import { createBookings, retryRefund } from '../../src/booking/index.ts'
import { openCatalog } from '../../src/catalog/index.ts'
import { readConfig } from '../../src/config.ts'
import { openGateway } from '../../src/payment/index.ts'
import { Refusal } from '../../src/platform/failures.ts'
import { redisDefaults } from '../../src/platform/redis.ts'
import { openRedisServers } from '../../src/platform/redis-servers.ts'
import { createSealer } from '../../src/platform/sealed.ts'
import { openSeating } from '../../src/seating/index.ts'
import { BadUsage, type Command, onlyPositional, readArgs } from './command.ts'
import type { Instance } from './instance.ts'

const who = { by: { type: 'string' }, reason: { type: 'string' } } as const

export const bookingResolveCommand: Command = {
  name: 'booking resolve',
  usage: 'BOOKING (--paid | --not-paid) --by NAME --reason TEXT',
  about: 'Ends a booking that NEEDS_OPERATOR on your word, unless the gateway tells otherwise.',
  async run(args, instance) {
    const { values, positionals } = readArgs(args, {
      ...who,
      paid: { type: 'boolean', default: false },
      'not-paid': { type: 'boolean', default: false },
    })
    const bookingId = bookingIdOf(onlyPositional(positionals, 'booking, by its id'))
    if (values.paid === values['not-paid']) throw new BadUsage('Expected either --paid or --not-paid.')
    const request = { bookingId, paid: values.paid, ...wordOf(values) }
    return await orRefused(async () => {
      const { state, told } = await resolve(instance, request)
      console.log(told ? `The gateway told it itself: the booking is ${state}.` : `The booking is ${state}.`)
    })
  },
}

export const refundRetryCommand: Command = {
  name: 'refund retry',
  usage: 'REFUND --by NAME --reason TEXT',
  about: 'Pays a refund that NEEDS_OPERATOR again, after you have mended what kept it back.',
  async run(args, instance) {
    const { values, positionals } = readArgs(args, who)
    const refundId = uuidOf(onlyPositional(positionals, 'refund, by its id'))
    const { pool } = await instance.postgres()
    return await orRefused(async () => {
      await retryRefund(pool, { refundId, ...wordOf(values) })
      console.log('The refund is owed again; a running instance pays it within seconds.')
    })
  },
}

type Resolve = Parameters<ReturnType<typeof createBookings>['resolveBooking']>[0]

async function resolve(instance: Instance, request: Resolve) {
  const config = readConfig(instance.env())
  const { pool } = await instance.postgres()
  const quiet = { info() {}, warn: console.error, error: console.error }
  const nowMs = () => performance.now()
  const redis = openRedisServers(
    { ...redisDefaults, url: config.redisUrl, name: 'rowlock-command' },
    () => {},
  )
  await redis.whenReady(5_000).catch(() => console.error('Redis is away: the seat map is told later.'))
  const seating = openSeating({
    ...{ pool, redis, nowMs, log: quiet, processId: 'booking-resolve' },
    ...{ keyPrefix: config.redisKeyPrefix, idSecret: config.idSecret },
  })
  const { gateway } = await openGateway(config.gateway)
  const bookings = createBookings({
    ...{ pool, seating, gateway, nowMs, log: quiet, idSecret: config.idSecret },
    ...{ catalog: openCatalog(pool), sealer: createSealer(config.dataKeys) },
  })
  try {
    return await bookings.resolveBooking(request)
  } finally {
    await bookings.close()
    await seating.close()
    await redis.close()
  }
}

function wordOf({ by, reason }: { by?: string | undefined; reason?: string | undefined }) {
  if (!by?.trim() || !reason?.trim())
    throw new BadUsage('Expected --by and --reason: both stay in the history.')
  return { by: by.trim(), reason: reason.trim() }
}

/** As the log has it, or as the API prints it. */
function bookingIdOf(text: string): string {
  const [, printed] = /^Booking:(.+)$/.exec(Buffer.from(text, 'base64').toString()) ?? []
  return uuidOf(printed ?? text)
}

function uuidOf(text: string): string {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) return text.toLowerCase()
  throw new BadUsage(`Expected an id like 6f6f1a3e-0c1d-4e5f-8a9b-0123456789ab, got ${JSON.stringify(text)}.`)
}

async function orRefused(work: () => Promise<void>): Promise<number> {
  try {
    await work()
    return 0
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    console.error(error.message)
    return 1
  }
}
