/** A database with shows and tickets, and as many processes that show and check codes as a test wants. */
import { randomBytes, randomUUID } from 'node:crypto'
import { openPostgres, postgresDefaults } from '../../src/platform/postgres.ts'
import { openTicketing, type Ticketing, type TicketingOptions } from '../../src/ticket/index.ts'
import { freshDatabase } from '../world/postgres.ts'
import { plainSealer } from './ticket-names.ts'

const hourMs = 3_600_000

export async function ticketWorld() {
  const database = await freshDatabase()
  const postgres = openPostgres({ ...postgresDefaults, url: database.url, connectionsMax: 20 }, () => {})
  const { pool, database: prisma } = postgres
  let nowMs = Date.parse('2026-06-01T12:00:00Z')
  let shows = 0
  const clock = { now: () => new Date(nowMs), nowMs: () => nowMs }

  const one = async (statement: string, values: unknown[]): Promise<number> => {
    const { rows } = await pool.query<{ id: number }>(`${statement} RETURNING id`, values)
    return rows[0]?.id ?? 0
  }
  const venueId = await one(
    `INSERT INTO venue (key, name, city, time_zone) VALUES ('v', 'V', 'C', 'UTC')`,
    [],
  )
  const eventId = await one(`INSERT INTO event (key, title) VALUES ('e', 'E')`, [])

  return {
    pool,
    database: prisma,
    clock,
    open: (options: Partial<TicketingOptions> = {}): Ticketing =>
      openTicketing({ pool, sealer: plainSealer, clock, randomBytes, ...options }),
    passHours(hours: number) {
      nowMs += hours * hourMs
    },
    /** A show that starts so many hours from now. */
    show: (inHours = 24) =>
      one('INSERT INTO show (key, event_id, venue_id, starts_at) VALUES ($1, $2, $3, $4)', [
        ...[`s${++shows}`, eventId, venueId, new Date(nowMs + inHours * hourMs)],
      ]),
    /** Paid tickets of one buyer, for the seats 0, 1, … */
    async tickets(showId: number, { count = 1, buyerId = randomUUID() } = {}): Promise<string[]> {
      const bookingId = randomUUID()
      await pool.query(
        `INSERT INTO booking (id, show_id, buyer_id, lock_id, state, request_hash, currency, total_minor)
         VALUES ($1, $2, $3, $4, 'CONFIRMED', '', 'EUR', 0)`,
        [bookingId, showId, buyerId, randomUUID()],
      )
      const ids = Array.from({ length: count }, () => randomUUID())
      await pool.query(
        `INSERT INTO ticket (id, booking_id, show_id, seat_no)
         SELECT id, $2, $3, ordinality - 1 FROM unnest($1::uuid[]) WITH ORDINALITY AS t (id)`,
        [ids, bookingId, showId],
      )
      return ids
    },
    makeVoid: (ticketId: string) => pool.query(`UPDATE ticket SET state = 'void' WHERE id = $1`, [ticketId]),
    async close() {
      await postgres.close()
      await database.drop()
    },
  }
}

export type TicketWorld = Awaited<ReturnType<typeof ticketWorld>>

/** The first of a list that a test knows to have one. */
export function first<Item>(items: readonly Item[]): Item {
  const [item] = items
  if (item === undefined) throw new Error('Expected at least one')
  return item
}
