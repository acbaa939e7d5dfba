/**
 * The composition root: the whole object graph, top to bottom, in reading order. Tests start the same graph. What is
 * opened here is closed here, in the opposite order.
 */
import { createBookings } from './booking/index.ts'
import { openCatalog } from './catalog/index.ts'
import type { Config } from './config.ts'
import { createHttp } from './http/index.ts'
import { createDevIssuer, createIdentity } from './identity/index.ts'
import { createLive } from './live/index.ts'
import { countProduct } from './operate/index.ts'
import { sandboxGateway } from './payment/index.ts'
import { systemClock } from './platform/clock.ts'
import { randomUuid } from './platform/ids.ts'
import { createLogger } from './platform/logging.ts'
import { createMetrics } from './platform/metrics.ts'
import { openPostgres, postgresDefaults } from './platform/postgres.ts'
import { createRateLimiter } from './platform/rate-limit.ts'
import { openRedis, redisDefaults } from './platform/redis.ts'
import { openSeating } from './seating/index.ts'

export interface Rowlock {
  port: number
  close(): Promise<void>
}
