/**
 * Reads the New York Philharmonic's concerts. `Date` is New York midnight written as UTC, and `Time` a separate local
 * time of the venue, wherever that is: the calendar date is taken in New York, the clock at the venue.
 */
import type { JsonNode } from '../import/json-node.ts'
import type { Problems } from '../import/problems.ts'
import { slug } from '../import/slug.ts'
import { instantOf, localTimeOf } from '../local-time.ts'
import { eventTitle, type ProgrammeItem, readWorks } from './read-programme.ts'
import { timeZoneOf } from './time-zones.ts'

export interface SeasonVenue {
  key: string
  name: string
  city: string
  timeZone: string
}

export interface SeasonShow {
  key: string
  venueKey: string
  startsAt: Date
}

export interface SeasonEvent {
  key: string
  title: string
  description: string
  organiser: string
  programme: ProgrammeItem[]
  shows: SeasonShow[]
}

export interface Season {
  venues: SeasonVenue[]
  events: SeasonEvent[]
}

const programKeys = ['id', 'programID', 'orchestra', 'season', 'concerts', 'works']
const concertKeys = ['eventType', 'Location', 'Venue', 'Date', 'Time']

/** null when anything is wrong; `problems` says what. `zones` are time zones by location. */
export function readSeason(
  root: JsonNode,
  problems: Problems,
  zones: ReadonlyMap<string, string>,
): Season | null {
  const venues = new Map<string, SeasonVenue>()
  const events: SeasonEvent[] = []
  const ids = new Set<string>()
  for (const program of root.fields(['programs'])?.('programs').items(5_000) ?? []) {
    const fields = program.fields(programKeys)
    const id = fields?.('id').text(100)
    if (!fields || !id) continue
    if (ids.has(id)) fields('id').refuse('an id that no other program has')
    ids.add(id)
    const programme = readWorks(fields('works'))
    const key = `nyphil-${id}`
    const concerts = fields('concerts').items(500)
    const kinds = new Set<string>()
    const shows = concerts.flatMap((concert) => readConcert(concert, { eventKey: key, venues, zones, kinds }))
    const organiser = fields('orchestra').text(200) ?? ''
    const season = fields('season').text(50) ?? ''
    events.push({
      ...{ key, organiser, programme, shows: numberedByDay(shows) },
      title: eventTitle(programme, [...kinds][0] ?? organiser),
      description: [[...kinds].join(', '), season && `Season ${season}`].filter(Boolean).join('. '),
    })
  }
  return problems.hasErrors ? null : { venues: [...venues.values()], events }
}

interface ConcertReading {
  eventKey: string
  venues: Map<string, SeasonVenue>
  zones: ReadonlyMap<string, string>
  kinds: Set<string>
}

function readConcert(concert: JsonNode, reading: ConcertReading): SeasonShow[] {
  const fields = concert.fields(concertKeys)
  if (!fields) return []
  const name = fields('Venue').text(200)?.replace(/\s+/g, ' ')
  const city = fields('Location').text(200)?.replace(/\s+/g, ' ')
  const kind = fields('eventType').isPresent ? fields('eventType').text(100) : null
  if (kind) reading.kinds.add(kind)
  const day = readDay(fields('Date'))
  if (!name || !city || !day) return []
  const timeZone = timeZoneOf(city, reading.zones)
  if (timeZone === null) {
    fields('Location').refuse(
      `a place whose time zone is known; give it with --time-zone ${JSON.stringify(`${city}=Zone/Name`)}`,
    )
    return []
  }
  const time = readTime(fields('Time'))
  if (!time) return []
  const venueKey = slug(`${name} ${city}`)
  reading.venues.set(venueKey, { key: venueKey, name, city, timeZone })
  const date = `${day.year}-${two(day.month)}-${two(day.day)}`
  return [
    {
      key: `${reading.eventKey}-${date}-${venueKey}`,
      venueKey,
      startsAt: instantOf({ ...day, ...time }, timeZone),
    },
  ]
}

const two = (number: number) => String(number).padStart(2, '0')

function readDay(node: JsonNode): { year: number; month: number; day: number } | null {
  const text = node.text(40)
  if (text === null) return null
  const instant = new Date(text)
  // A day that no month has would come back as a day of the next one.
  const isInstant = !Number.isNaN(instant.getTime()) && instant.toISOString() === text.replace('Z', '.000Z')
  const local = isInstant ? localTimeOf(instant, 'America/New_York') : null
  if (local?.hour !== 0 || local.minute !== 0) return node.refuse('midnight in New York, written as UTC')
  return { year: local.year, month: local.month, day: local.day }
}

/** null also for "None": the concert is left out and reported, because a show begins at a time. */
function readTime(node: JsonNode): { hour: number; minute: number } | null {
  const text = node.text(20)
  if (text === null) return null
  if (text === 'None') {
    node.skip('a time; the concert is left out')
    return null
  }
  const match = /^(1[0-2]|0?[1-9]):([0-5]\d) ?([AP])M$/i.exec(text)
  if (!match) return node.refuse('a time like 7:30PM')
  const hour = (Number(match[1]) % 12) + (match[3]?.toUpperCase() === 'P' ? 12 : 0)
  return { hour, minute: Number(match[2]) }
}

/** A second concert on the same day in the same hall gets a number, in the order of their times. */
function numberedByDay(shows: SeasonShow[]): SeasonShow[] {
  const seen = new Map<string, number>()
  return [...shows]
    .sort((a, b) => a.startsAt.getTime() - b.startsAt.getTime())
    .map((show) => {
      const count = (seen.get(show.key) ?? 0) + 1
      seen.set(show.key, count)
      return count === 1 ? show : { ...show, key: `${show.key}-${count}` }
    })
}
