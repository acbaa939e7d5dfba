/** What letters say, whatever the names in them are. */
import { expect, test } from 'vitest'
import type { BookingFacts } from '../../src/notify/booking-facts.ts'
import { letterOf } from '../../src/notify/letters.ts'

const facts: BookingFacts = {
  ...{ bookingId: '6f6f1a3e-0000-4000-8000-000000000001', email: 'buyer@example.org', state: 'CONFIRMED' },
  ...{ reason: null, failure: null, event: 'Die Zauberflöte', venue: 'Oper', city: 'Köln' },
  ...{ timeZone: 'Europe/Berlin', startsAt: new Date('2026-12-24T18:30:00Z'), currency: 'EUR' },
  ...{ totalMinor: 5_000, refundedMinor: 0 },
  seats: [
    { name: 'a-1', zone: 'Parkett', row: 'A', number: '1', totalMinor: 2_500 },
    { name: 'standing-7', zone: '', row: '', number: '', totalMinor: 2_500 },
  ],
}
const shop = { url: 'https://tickets.example' }
const letter = (kind: Parameters<typeof letterOf>[0]['letter'], more: Partial<BookingFacts> = {}) =>
  letterOf({ letter: kind, changeId: 7, bookingId: facts.bookingId }, { ...facts, ...more }, shop)

test('a confirmation tells what, when by the clock of the hall, where, the seats and what was paid', () => {
  const { to, subject, text, messageId } = letter('confirmed')
  expect({ to, subject, messageId }).toEqual({
    to: 'buyer@example.org',
    subject: 'Your tickets: Die Zauberflöte',
    messageId: `<confirmed.7.${facts.bookingId}@tickets.example>`,
  })
  for (const part of [
    'Your 2 seats are booked',
    'Thursday',
    '24 December 2026',
    '19:30',
    'Oper, Köln',
    'Parkett, row A, seat 1',
    'standing-7',
    '€25.00',
    '€50.00',
    'https://tickets.example/bookings/',
  ])
    expect(text).toContain(part)
})

test('a cancellation tells why, when the house did it, and what goes back', () => {
  const { text } = letter('cancelled', { reason: 'cancelled by the organiser: flood', refundedMinor: 5_000 })
  expect(text).toContain('Cancelled by the organiser: flood.')
  expect(text).toContain('€50.00 is on its way back')
  expect(letter('cancelled').text).toContain('Nothing had been charged')
})

test('a failure tells what became of the money', () => {
  expect(letter('failed', { failure: 'The payment was declined. You were not charged.' }).text).toContain(
    'You were not charged.',
  )
})

test('no name can begin another header, another recipient, or a script', () => {
  const { subject, html } = letter('confirmed', {
    event: 'Opera\r\nBcc: everyone@example.org\r\n\r\n<script>alert(1)</script>',
    venue: '"><img src=x onerror=alert(1)>',
  })
  expect(subject).not.toMatch(/[\r\n]/)
  expect(html).not.toMatch(/<script|<img/)
})

test('names in any script, and amounts without minor units, are as they are', () => {
  const { subject, text } = letter('confirmed', {
    event: '魔笛 — Волшебная флейта',
    currency: 'JPY',
    totalMinor: 5_000,
  })
  expect(subject).toContain('魔笛 — Волшебная флейта')
  expect(text).toContain('¥5,000')
})
