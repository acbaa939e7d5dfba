/** A database, a Redis and a show to fight over, with as many seating processes as a test wants. */
import { openPostgres, postgresDefaults } from '../../src/platform/postgres.ts'
import { openRedis, redisDefaults } from '../../src/platform/redis.ts'
import { openSeating, type Seating, type SeatingOptions } from '../../src/seating/index.ts'
import { freshDatabase } from '../world/postgres.ts'
import { freshRedis } from '../world/redis.ts'
import { seatingSecret } from './seating-names.ts'

export { buyer } from './seating-names.ts'
export { until } from './until.ts'

export interface OpenedSeating {
  seating: Seating
  pool: ReturnType<typeof openPostgres>['pool']
  redis: ReturnType<typeof openRedis>['redis']
  /** How often the claims refused what the ledger had given: never, unless Redis lost something. */
  claimConflicts(): number
  rebuilds(): number
  close(): Promise<void>
}

export async function seatingWorld() {
  const database = await freshDatabase()
  const redis = await freshRedis()
  const opened: OpenedSeating[] = []
  let shows = 0

  async function open(
    processId: string,
    options: Partial<SeatingOptions> & { databaseUrl?: string; redisUrl?: string } = {},
  ): Promise<OpenedSeating> {
    const postgres = openPostgres(
      { ...postgresDefaults, url: options.databaseUrl ?? database.url, connectionsMax: 10 },
      () => {},
    )
    const connection = openRedis(
      { ...redisDefaults, url: options.redisUrl ?? redis.url, name: processId },
      () => {},
    )
    await connection.whenReady(5_000)
    let conflicts = 0
    let rebuilds = 0
    const seating = openSeating({
      pool: postgres.pool,
      redis: connection,
      keyPrefix: 'test:',
      idSecret: seatingSecret,
      processId,
      nowMs: () => performance.now(),
      log: { warn() {}, info() {} },
      events: {
        claimConflict: () => void conflicts++,
        rebuilt: () => void rebuilds++,
      },
      ...options,
    })
    const process_ = {
      seating,
      pool: postgres.pool,
      redis: connection.redis,
      claimConflicts: () => conflicts,
      rebuilds: () => rebuilds,
      async close() {
        await seating.close()
        await connection.close()
        await postgres.close()
      },
    }
    opened.push(process_)
    return process_
  }

  /** A show of `seatCount` seats, on sale. */
  async function show(through: OpenedSeating, seatCount: number, seatsPerBuyerMax = 10): Promise<number> {
    shows += 1
    const { rows } = await through.pool.query(
      `WITH v AS (INSERT INTO venue (key, name, city, time_zone) VALUES ($1, 'Hall', 'Town', 'Europe/Berlin') RETURNING id),
            e AS (INSERT INTO event (key, title) VALUES ($1, 'Event') RETURNING id)
       INSERT INTO show (key, event_id, venue_id, starts_at)
       SELECT $1, e.id, v.id, now() + interval '1 day' FROM v, e RETURNING id`,
      [`show-${shows}`],
    )
    const showId: number = rows[0].id
    await through.seating.openSale({ showId, seatCount, seatsPerBuyerMax, notForSale: [] })
    return showId
  }

  return {
    database,
    redis,
    open,
    show,
    async close() {
      for (const process_ of opened) await process_.close().catch(() => {})
      await redis.stop()
      await database.drop()
    },
  }
}

export type SeatingWorld = Awaited<ReturnType<typeof seatingWorld>>

/** A gate that a fault point waits at until the test opens it. */
export function gate(at: string) {
  let arrive = () => {}
  let open = () => {}
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve
  })
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  let armed = true
  return {
    arrived,
    open: () => open(),
    async faultPoint(name: string): Promise<void> {
      if (name !== at || !armed) return
      armed = false
      arrive()
      await opened
    },
  }
}
