/**
 * The composition root: the whole object graph, top to bottom, in reading order. Tests start the same graph. What is
 * opened here is closed here, in the opposite order.
 */
import { randomBytes } from 'node:crypto'
import { type BookingEvents, changesOverRedis, createBookings } from './booking/index.ts'
import { openCatalog } from './catalog/index.ts'
import type { Config } from './config.ts'
import { openGate } from './gate/index.ts'
import { callRates } from './graphql/index.ts'
import { createHttp } from './http/index.ts'
import { createDevIssuer, createIdentity, type DevIssuer } from './identity/index.ts'
import { liveLimits, openHub } from './live/index.ts'
import { folderMail, noMail, sendLetters, smtpMail } from './notify/index.ts'
import {
  auditAndTell,
  createAuditGauges,
  createInstruments,
  guardedBookings,
  guardedSeating,
  type Instruments,
  measuredSeating,
  scheduleAudit,
  tidyOutbox,
} from './operate/index.ts'
import { guardedGateway, looksLikeCardNumber, openGateway } from './payment/index.ts'
import { systemClock } from './platform/clock.ts'
import { randomUuid } from './platform/ids.ts'
import { startJobs } from './platform/jobs.graphile.ts'
import { createLogger, type Logger } from './platform/logging.ts'
import { startLoop } from './platform/loop.ts'
import { createMetrics } from './platform/metrics.ts'
import { openPostgres, postgresDefaults } from './platform/postgres.ts'
import { createRateLimiter } from './platform/rate-limit.ts'
import { redisDefaults } from './platform/redis.ts'
import { openRedisClient, openRedisServers } from './platform/redis-servers.ts'
import { openBreaker } from './platform/resilience.ts'
import { createSealer } from './platform/sealed.ts'
import { openSeating, type Seating } from './seating/index.ts'
import { openPaper, openTicketing } from './ticket/index.ts'

export interface Rowlock {
  port: number
  close(): Promise<void>
}

const redisReadyMsMax = 10_000
const tidyEveryMs = 600_000

export async function startRowlock(config: Config): Promise<Rowlock> {
  const processId = randomUuid()
  const nowMs = () => performance.now()
  const log = createLogger({
    ...{ name: 'rowlock', level: config.logLevel, production: config.production },
    hide: (text) => (looksLikeCardNumber(text) ? '[looks like a card number]' : text),
  })

  const postgres = openPostgres(
    { ...postgresDefaults, url: config.databaseUrl, connectionsMax: config.poolConnectionsMax },
    (error) => log.warn(error, 'A PostgreSQL connection was lost'),
  )
  const redis = openRedisServers(
    { ...redisDefaults, url: config.redisUrl, name: 'rowlock' },
    tellRedisErrors(log),
  )
  // Limits are counted on a connection of their own: many small commands, which may leave together and wait for each other.
  const counting = openRedisClient(
    { ...redisDefaults, url: config.redisUrl, name: 'rowlock-limits', together: true },
    tellRedisErrors(log),
  )
  const metrics = createMetrics('rowlock_')
  const { pool, database } = postgres
  const instruments = createInstruments(metrics, { pool, countSeatSyncs: () => countSeatSyncs(pool) })

  const devIssuer = config.devIssuer ? await openDevIssuer(config, config.devIssuer.keyFile) : null
  const identity = createIdentity({
    idSecret: config.idSecret,
    guests: { secret: config.guestTokenSecret, previousSecret: config.guestTokenSecretPrevious },
    accounts: accountsOf(config, devIssuer),
    clock: systemClock,
  })
  const rateLimiter = createRateLimiter({
    redis: counting.redis,
    keyPrefix: config.redisKeyPrefix,
    rates: callRates,
    nowMs,
    onRefused: (operation) => instruments.rateLimitRefusals.inc({ operation }),
    onAway: (error) =>
      log.warn({ error }, 'Rate limits are counted by this process alone while Redis is away'),
  })

  const breaker = (name: string) =>
    openBreaker({
      name,
      onMoved(isOpen) {
        instruments.breakerMoves.inc({ service: name, to: isOpen ? 'open' : 'closed' })
        if (isOpen) log.warn({ service: name }, 'Half of the calls fail: the breaker opens')
        else log.info({ service: name }, 'The breaker closes')
      },
    })
  const sealer = createSealer(config.dataKeys)
  const catalog = openCatalog(pool)
  const seating = measuredSeating(
    openSeating({
      ...{ pool, redis, processId, nowMs, log },
      keyPrefix: config.redisKeyPrefix,
      idSecret: config.idSecret,
      times: config.lockTimes,
      events: {
        rebuilt: () => instruments.ledgerRebuilds.inc(),
        claimConflict: () => instruments.claimConflicts.inc(),
        repaired: (_showId, seats) => instruments.seatsRepaired.inc(seats),
      },
    }),
    instruments,
  )
  const buyersSeating = guardedSeating(seating, breaker('seating'), nowMs)
  const letters = config.mail?.kind === 'folder' ? folderMail(config.mail.folder, systemClock.now) : null
  const mail = letters ?? (config.mail?.kind === 'smtp' ? smtpMail(config.mail) : noMail())
  const { gateway, readNotice } = await openGateway(config.gateway, (trouble) =>
    log.error({ trouble }, 'The payment gateway does not accept our account'),
  )
  const changes = changesOverRedis({
    redisUrl: config.redisUrl,
    keyPrefix: config.redisKeyPrefix,
    onError: tellRedisErrors(log),
  })
  const ownBookings = createBookings({
    ...{ pool, seating, catalog, sealer, changes, nowMs, log },
    gateway: guardedGateway(gateway, breaker('payment')),
    idSecret: config.idSecret,
    events: bookingEvents(instruments),
  })
  const bookings = guardedBookings(ownBookings, breaker('booking'), nowMs)
  const ticketing = openTicketing({ pool, sealer, clock: systemClock, randomBytes })
  const paper = openPaper({ pool, catalog, ticketing, clock: systemClock, shopUrl: config.publicUrl })
  const gate = openGate({ pool, ticketing, catalog, clock: systemClock })
  const live = openHub({
    redisUrl: config.redisUrl,
    source: { framesChannel: seating.framesChannel, positions: (showIds) => positionsOf(seating, showIds) },
    limits: liveLimits,
    nowMs,
    onError: tellRedisErrors(log),
    onFramesSent: (count) => instruments.framesSent.inc(count),
  })

  const http = await createHttp({
    deps: {
      ...{ database, seating: buyersSeating, booking: bookings, ticketing, gate },
      ...{ catalog, live, identity, rateLimiter },
    },
    paper,
    authenticate: identity.authenticate,
    readiness: [
      { name: 'PostgreSQL', check: async () => void (await pool.query('SELECT 1')) },
      { name: 'Redis', check: redis.answers },
      { name: 'migrations', check: async () => void (await pool.query('SELECT FROM outbox LIMIT 0')) },
    ],
    metrics,
    letters: config.production ? null : letters,
    webhooks: readNotice && { gateway: gateway.name, readNotice, hear: bookings.hearNotice },
    ...{ log, devIssuer, clock: systemClock },
    allowedOrigins: config.allowedOrigins,
    introspection: config.introspection,
    trustProxy: config.trustProxy,
    metricsToken: config.metricsToken,
    webDist: config.webDist,
  })
  const stopAudits = config.auditEveryMs > 0 ? startAudits() : async () => {}
  // Redis may come later, and the API says so until then; a start with it there should not.
  await redis
    .whenReady(redisReadyMsMax)
    .catch((error: unknown) => log.warn({ error }, 'Started without Redis'))
  const jobs = startJobs({
    ...{ pool, log },
    tasks: { send_letter: sendLetters({ paper, sealer, mail, log }) },
    onEnded: (task, outcome) => instruments.jobs.inc({ task, outcome }),
  })
  const tidying = startLoop(
    tidyEveryMs,
    async () => void (await tidyOutbox(pool)),
    (error) => log.warn({ error }, 'The outbox could not be tidied; trying again later'),
  )
  bookings.start()
  const { port } = await http.listen(config.port, config.host)
  log.info({ port, processId }, 'Listening')

  function startAudits(): () => Promise<void> {
    const closing = new AbortController()
    const gauges = createAuditGauges(metrics)
    let soldTwice = 0
    const audits = scheduleAudit({
      ...{ pool, everyMs: config.auditEveryMs },
      async audit() {
        const { signal } = closing
        const { checks } = await auditAndTell({
          ...{ pool, ledgers: seating, nowMs, signal, gauges, clock: systemClock, log },
        })
        const found = checks.find(({ name }) => name === 'seats_are_sold_once')?.findings ?? 0
        instruments.doubleBookings.inc(Math.max(0, found - soldTwice))
        soldTwice = found
      },
      onFailure: (error) => closing.signal.aborted || log.warn({ error }, 'The audit could not be made'),
    })
    return async () => {
      closing.abort()
      await audits.stop()
    }
  }

  return {
    port,
    async close() {
      log.info('Closing')
      await http.close(config.shutdownMsMax)
      await stopAudits()
      await tidying.stop()
      await live.close()
      await bookings.close()
      await jobs.close()
      await paper.close()
      await mail.close()
      await seating.close()
      await Promise.all([redis.close(), counting.close()])
      await postgres.close()
    },
  }
}

function openDevIssuer(config: Config, keyFile: string | undefined): Promise<DevIssuer> {
  return createDevIssuer({
    production: config.production,
    audience: config.tokenAudience,
    rolesClaim: config.tokenRolesClaim,
    keyFile,
    clock: systemClock,
  })
}

function accountsOf(config: Config, devIssuer: DevIssuer | null) {
  const { tokenAudience: audience, tokenRolesClaim: rolesClaim } = config
  if (devIssuer) return { issuer: devIssuer.issuer, keys: devIssuer.jwks(), audience, rolesClaim }
  if (!config.accounts) return null
  return { issuer: config.accounts.issuer, keys: new URL(config.accounts.jwksUrl), audience, rolesClaim }
}

/** Where the ledgers stand; one that is missing is built, so that viewers learn of it although nobody buys. */
async function positionsOf(seating: Seating, showIds: number[]) {
  const positions = await seating.positions(showIds)
  for (const [showId, position] of positions) {
    if (position) continue
    const map = await seating.readMap(showId).catch(() => null)
    if (map && !map.stale) positions.set(showId, { epoch: map.epoch, seq: map.seq })
  }
  return positions
}

async function countSeatSyncs(pool: ReturnType<typeof openPostgres>['pool']): Promise<number> {
  const { rows } = await pool.query(
    `SELECT count(*)::int AS waiting FROM outbox WHERE done_at IS NULL AND topic = 'seat_sync'`,
  )
  return rows[0].waiting
}

function bookingEvents(instruments: Instruments): Partial<BookingEvents> {
  return {
    started: () => instruments.bookingsStarted.inc(),
    moved(to) {
      if (to === 'CONFIRMED') instruments.bookingsConfirmed.inc()
      if (to === 'FAILED') instruments.bookingsFailed.inc()
      if (to === 'NEEDS_OPERATOR') instruments.needsOperator.inc({ what: 'booking' })
    },
    payment: (outcome) => instruments.payments.inc({ outcome }),
    refund(outcome) {
      if (outcome === 'needs_operator') instruments.needsOperator.inc({ what: 'refund' })
    },
  }
}

/** A server that is away fails every attempt to reach it; one line per outage is enough. */
function tellRedisErrors(log: Logger): (error: unknown) => void {
  let toldAt = Number.NEGATIVE_INFINITY
  return (error) => {
    if (performance.now() - toldAt < 10_000) return
    toldAt = performance.now()
    log.warn({ error }, 'Redis cannot be reached; trying again')
  }
}
