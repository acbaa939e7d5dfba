/** The calendar entry: the right instant everywhere, one entry for all changes, and nothing that a name could break. */
import { expect, test } from 'vitest'
import type { BookingFacts } from '../../src/booking/index.ts'
import { calendarEntry } from '../../src/ticket/paper/calendar-entry.ts'

const facts: BookingFacts = {
  ...{ bookingId: '6f6f1a3e-0000-4000-8000-000000000001', buyerId: 'b', state: 'CONFIRMED', steps: 2 },
  ...{
    sealedEmail: null,
    reason: null,
    paidLate: null,
    failure: null,
    event: 'Die Zauberflöte',
    venue: 'Oper',
    city: 'Köln',
  },
  ...{ timeZone: 'Europe/Berlin', startsAt: new Date('2026-12-24T18:30:00Z'), currency: 'EUR' },
  ...{ totalMinor: 2_500, refundedMinor: 0 },
  seats: [{ seatNo: 0, label: 'Parkett, row A, seat 1', amountMinor: 2_500 }],
}
const place = {
  host: 'tickets.example',
  link: 'https://tickets.example/bookings/1',
  now: new Date('2026-12-01T10:00:00Z'),
}

/** Its lines, folded ones joined. */
const linesOf = (more: Partial<BookingFacts> = {}) =>
  calendarEntry({ ...facts, ...more }, place)
    .text.replace(/\r\n[ \t]/g, '')
    .split('\r\n')

test('says when as an instant, where, and which seats', () => {
  const lines = linesOf()
  for (const line of [
    'METHOD:PUBLISH',
    'UID:6f6f1a3e-0000-4000-8000-000000000001@tickets.example',
    'SEQUENCE:2',
    'DTSTART:20261224T183000Z',
    'STATUS:CONFIRMED',
    'SUMMARY:Die Zauberflöte',
    String.raw`LOCATION:Oper\, Köln`,
  ])
    expect(lines).toContain(line)
  expect(lines.find((line) => line.startsWith('DESCRIPTION'))).toContain('19:30 by the clock of the hall')
})

test('a cancellation strikes the same entry out', () => {
  const lines = linesOf({ state: 'CANCELLED', steps: 3 })
  for (const line of ['METHOD:CANCEL', 'STATUS:CANCELLED', 'SEQUENCE:3']) expect(lines).toContain(line)
  expect(lines.find((line) => line.startsWith('UID'))).toBe(linesOf().find((line) => line.startsWith('UID')))
})

test('a name cannot begin another line', () => {
  const lines = linesOf({
    event: 'Opera\r\nATTENDEE:mailto:everyone@example.org\nSTATUS:CANCELLED',
    venue: 'A;B\\C',
  })
  expect(lines.filter((line) => /^(ATTENDEE|STATUS:CANCELLED)/.test(line))).toEqual([])
  expect(lines.every((line) => !line.includes('\n') && !line.includes('\r'))).toBe(true)
})
