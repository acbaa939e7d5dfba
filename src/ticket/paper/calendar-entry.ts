/**
 * A booking as a calendar entry (RFC 5545). Its id stays and its number grows with every change, so that calendars take a
 * later one in place of an earlier one, and strike it out when the booking is cancelled.
 */

import icalGenerator, { ICalCalendarMethod, ICalEventStatus } from 'ical-generator'
import type { BookingFacts } from '../../booking/index.ts'
import { sayLocalTime } from '../../catalog/index.ts'

export interface CalendarEntry {
  method: 'PUBLISH' | 'CANCEL'
  text: string
}

export interface CalendarPlace {
  /** Makes the entry's id unique in the world. */
  host: string
  /** The page of the booking. */
  link: string
  now: Date
}

export function calendarEntry(facts: BookingFacts, { host, link, now }: CalendarPlace): CalendarEntry {
  const isCancelled = facts.state !== 'CONFIRMED'
  const method = isCancelled ? ICalCalendarMethod.CANCEL : ICalCalendarMethod.PUBLISH
  const calendar = icalGenerator({ prodId: { company: 'Rowlock', product: 'Tickets' }, method })
  const seats = facts.seats.map(({ label }) => label).join('\n')
  calendar.createEvent({
    id: `${facts.bookingId}@${host}`,
    sequence: facts.steps,
    stamp: now,
    // As an instant, so it is right wherever the calendar is. When it ends, nobody has told us.
    start: facts.startsAt,
    summary: facts.event,
    location: `${facts.venue}, ${facts.city}`,
    description: `${sayLocalTime(facts.startsAt, facts.timeZone)} by the clock of the hall\n${seats}\n${link}`,
    url: link,
    status: isCancelled ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
  })
  return { method: isCancelled ? 'CANCEL' : 'PUBLISH', text: calendar.toString() }
}
