/** What letters say, whatever the names in them are. */
import { expect, test } from 'vitest'
import type { BookingFacts } from '../../src/booking/index.ts'
import { letterOf } from '../../src/notify/letters.ts'

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
  ...{ totalMinor: 5_000, refundedMinor: 0 },
  seats: [
    { seatNo: 0, label: 'Parkett, row A, seat 1', amountMinor: 2_500 },
    { seatNo: 7, label: 'Floor', amountMinor: 2_500 },
  ],
}
const envelope = {
  to: 'buyer@example.org',
  link: 'https://tickets.example/bookings/1',
  hasTickets: true,
}
const letter = (
  kind: Parameters<typeof letterOf>[0]['letter'],
  more: Partial<BookingFacts> = {},
  hasTickets = true,
) =>
  letterOf(
    { letter: kind, changeId: 7, bookingId: facts.bookingId },
    { ...facts, ...more },
    { ...envelope, hasTickets },
  )

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
    'Floor',
    '€25.00',
    '€50.00',
    'https://tickets.example/bookings/',
  ])
    expect(text).toContain(part)
})

test('a confirmation of other seats than were chosen says why', () => {
  const paidLate = 'paid late; the seats were gone, and these of the same kind and price were free'
  expect(letter('confirmed', { paidLate }).text).toContain('Paid late; the seats were gone, and these')
})

test('a letter says that tickets are attached only where they are', () => {
  expect(letter('confirmed').text).toContain('attached')
  expect(letter('confirmed', {}, false).text).not.toContain('attached')
  expect(letter('changed', {}, false).html).not.toContain('attached')
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
