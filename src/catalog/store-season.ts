/** Stores a season in one transaction: all of it or nothing. What is there already and the same is left alone. */
import type { Pool } from '../platform/postgres.ts'
import { inTransaction, type Tx } from '../platform/transaction.ts'
import type { Season, SeasonEvent, SeasonVenue } from './philharmonic/read-season.ts'
import { searchText } from './search-text.ts'

export interface SeasonCounts {
  added: number
  changed: number
  same: number
}

export interface StoredSeason {
  venues: SeasonCounts
  events: SeasonCounts
  shows: SeasonCounts
}

/** `onEvent` is told after each event, for progress. */
export function storeSeason(
  pool: Pool,
  season: Season,
  onEvent: () => void = () => {},
): Promise<StoredSeason> {
  const venues = new Map(season.venues.map((venue) => [venue.key, venue]))
  return inTransaction(pool, async (tx) => {
    const stored: StoredSeason = { venues: noCounts(), events: noCounts(), shows: noCounts() }
    const venueIds = new Map<string, number>()
    for (const venue of season.venues) venueIds.set(venue.key, await storeVenue(tx, venue, stored))
    for (const event of season.events) {
      const halls = event.shows.flatMap((show) => venues.get(show.venueKey) ?? [])
      const eventId = await storeEvent(tx, event, halls, stored)
      for (const show of event.shows) {
        const row = [show.key, eventId, venueIds.get(show.venueKey), show.startsAt]
        await count(tx, stored.shows, storeShowSql, row)
      }
      onEvent()
    }
    return stored
  })
}

const noCounts = (): SeasonCounts => ({ added: 0, changed: 0, same: 0 })

const storeVenueSql = `INSERT INTO venue AS old (key, name, city, time_zone) VALUES ($1, $2, $3, $4)
  ON CONFLICT (key) DO UPDATE SET name = excluded.name, city = excluded.city, time_zone = excluded.time_zone
  WHERE (old.name, old.city, old.time_zone) IS DISTINCT FROM (excluded.name, excluded.city, excluded.time_zone)
  RETURNING id, xmax = 0 AS added`

const storeEventSql = `INSERT INTO event AS old (key, title, description, organiser, programme, search_text)
  VALUES ($1, $2, $3, $4, $5, $6)
  ON CONFLICT (key) DO UPDATE SET title = excluded.title, description = excluded.description,
    organiser = excluded.organiser, programme = excluded.programme, search_text = excluded.search_text
  WHERE (old.title, old.description, old.organiser, old.programme, old.search_text)
    IS DISTINCT FROM (excluded.title, excluded.description, excluded.organiser, excluded.programme, excluded.search_text)
  RETURNING id, xmax = 0 AS added`

const storeShowSql = `INSERT INTO show AS old (key, event_id, venue_id, starts_at) VALUES ($1, $2, $3, $4)
  ON CONFLICT (key) DO UPDATE SET starts_at = excluded.starts_at
  WHERE old.starts_at IS DISTINCT FROM excluded.starts_at
  RETURNING id, xmax = 0 AS added`

async function storeVenue(tx: Tx, venue: SeasonVenue, stored: StoredSeason): Promise<number> {
  const row = [venue.key, venue.name, venue.city, venue.timeZone]
  return (await count(tx, stored.venues, storeVenueSql, row)) ?? (await idOf(tx, 'venue', venue.key))
}

async function storeEvent(
  tx: Tx,
  event: SeasonEvent,
  halls: SeasonVenue[],
  stored: StoredSeason,
): Promise<number> {
  const people = event.programme.flatMap((item) => [
    item.composer ?? '',
    item.conductor ?? '',
    ...item.soloists,
  ])
  const works = event.programme.flatMap((item) => [item.title, item.movement ?? ''])
  const text = searchText(
    ...[event.title, event.description, event.organiser, ...works, ...people],
    ...halls.flatMap((hall) => [hall.name, hall.city]),
  )
  const row = [
    event.key,
    event.title,
    event.description,
    event.organiser,
    JSON.stringify(event.programme),
    text,
  ]
  return (await count(tx, stored.events, storeEventSql, row)) ?? (await idOf(tx, 'event', event.key))
}

/** Runs an upsert and counts what it did; null when the row was the same. */
async function count(tx: Tx, counts: SeasonCounts, sql: string, row: unknown[]): Promise<number | null> {
  const { rows } = await tx.query<{ id: number; added: boolean }>(sql, row)
  const [written] = rows
  if (!written) counts.same += 1
  else if (written.added) counts.added += 1
  else counts.changed += 1
  return written?.id ?? null
}

async function idOf(tx: Tx, table: 'venue' | 'event', key: string): Promise<number> {
  const { rows } = await tx.query<{ id: number }>(`SELECT id FROM ${table} WHERE key = $1`, [key])
  return rows[0]?.id ?? 0
}
