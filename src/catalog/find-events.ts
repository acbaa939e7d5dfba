/** Search by text, date and venue, in the order of each event's first show in question. */
import type { Pool } from '../platform/postgres.ts'
import { searchText } from './search-text.ts'

export interface EventSearch {
  /** Every word must occur in the title, the programme, the people or the venue. */
  search?: string | undefined
  from?: Date | undefined
  to?: Date | undefined
  venueId?: number | undefined
}

/** Where an event stands in a search's order: by its first show in question, then by id. */
export interface EventPosition {
  firstShowAt: Date | null
  eventId: number
}

export interface EventPage {
  after?: EventPosition
  before?: EventPosition
  count: number
  backwards: boolean
}

const wordsMax = 10

export async function findEvents(pool: Pool, search: EventSearch, page: EventPage): Promise<EventPosition[]> {
  const words = searchText(search.search ?? '')
    .split(' ')
    .filter(Boolean)
    .slice(0, wordsMax)
  const order = page.backwards ? 'DESC' : 'ASC'
  const { rows } = await pool.query<{ event_id: number; first_show_at: Date | null }>(
    `WITH found AS (
       SELECT e.id AS event_id, min(s.starts_at) AS first_show_at
         FROM event e
         LEFT JOIN show s ON s.event_id = e.id
          AND ($2::timestamptz IS NULL OR s.starts_at >= $2)
          AND ($3::timestamptz IS NULL OR s.starts_at < $3)
          AND ($4::int IS NULL OR s.venue_id = $4)
        WHERE e.search_text LIKE ALL ($1::text[])
          AND (s.id IS NOT NULL OR $2::timestamptz IS NULL AND $3::timestamptz IS NULL AND $4::int IS NULL)
        GROUP BY e.id
     ), placed AS (
       SELECT event_id, first_show_at, coalesce(first_show_at, 'infinity') AS at FROM found
     )
     SELECT event_id, first_show_at FROM placed
      WHERE ($6::int IS NULL OR (at, event_id) > (coalesce($5::timestamptz, 'infinity'), $6))
        AND ($8::int IS NULL OR (at, event_id) < (coalesce($7::timestamptz, 'infinity'), $8))
      ORDER BY at ${order}, event_id ${order} LIMIT $9`,
    [
      words.map((word) => `%${word.replace(/[\\%_]/g, '\\$&')}%`),
      ...[search.from ?? null, search.to ?? null, search.venueId ?? null],
      ...[page.after?.firstShowAt ?? null, page.after?.eventId ?? null],
      ...[page.before?.firstShowAt ?? null, page.before?.eventId ?? null],
      page.count,
    ],
  )
  return rows.map((row) => ({ eventId: row.event_id, firstShowAt: row.first_show_at }))
}
