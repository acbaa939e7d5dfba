/** The shows with the keys by which commands name them. */
import type { Pool } from '../platform/postgres.ts'

export interface ListedShow {
  key: string
  title: string
  venue: string
  startsAt: Date
  timeZone: string
  /** Key and version of its plan. */
  plan: string | null
  status: string
}

export const listedShowsMax = 200

export interface ListShows {
  /** In the event's title, the venue's name or the show's key. */
  text: string
  past: boolean
}

/** Upcoming shows, soonest first; or past ones, latest first. */
export async function listShows(pool: Pool, { text, past }: ListShows): Promise<ListedShow[]> {
  const { rows } = await pool.query<ListedShow>(
    `SELECT s.key, e.title, v.name AS venue, s.starts_at AS "startsAt", v.time_zone AS "timeZone",
            p.key || ' v' || pv.version AS plan, coalesce(replace(l.status::text, '_', ' '), 'not on sale') AS status
       FROM show s JOIN event e ON e.id = s.event_id JOIN venue v ON v.id = s.venue_id
       LEFT JOIN plan_version pv ON pv.id = s.plan_version_id LEFT JOIN seating_plan p ON p.id = pv.plan_id
       LEFT JOIN show_ledger l ON l.show_id = s.id
      WHERE s.starts_at ${past ? '<=' : '>'} now() AND (e.title || ' ' || v.name || ' ' || s.key) ILIKE $1
      ORDER BY s.starts_at ${past ? 'DESC' : 'ASC'}, s.id LIMIT $2`,
    [`%${text.replace(/[\\%_]/g, '\\$&')}%`, listedShowsMax],
  )
  return rows
}
