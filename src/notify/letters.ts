/** What buyers are written, as text and as HTML. Names come from organisers and files, so everything is escaped. */
import type { BookingFacts } from '../booking/index.ts'
import { sayLocalTime } from '../catalog/index.ts'
import { printAmount } from '../platform/currency.ts'
import { escapeHtml } from '../platform/escape-html.ts'
import type { Letter } from './mail.ts'

export type LetterKind = 'confirmed' | 'changed' | 'cancelled' | 'failed'

export interface LetterRequest {
  bookingId: string
  letter: LetterKind
  /** The step of the booking's history that asked for it. */
  changeId: number
}

/** Where the letter goes, and where its links lead. */
export interface Envelope {
  to: string
  /** The page of the booking. */
  link: string
  /** Whether the tickets come with it. */
  hasTickets: boolean
}

export function letterOf(
  { letter, changeId }: LetterRequest,
  facts: BookingFacts,
  { to, link, hasTickets }: Envelope,
): Omit<Letter, 'attachments'> {
  const when = sayLocalTime(facts.startsAt, facts.timeZone)
  const where = `${facts.venue}, ${facts.city}`
  const { currency } = facts
  const { subject, greeting, ending } = sentencesOf[letter](facts, hasTickets)
  const seats = facts.seats.map(({ label, amountMinor }) => ({
    name: label,
    price: printAmount({ amountMinor, currency }),
  }))
  const total = printAmount({ amountMinor: facts.totalMinor, currency })
  return {
    to,
    subject: oneLine(`${subject}: ${facts.event}`),
    messageId: `<${letter}.${changeId}.${facts.bookingId}@${new URL(link).hostname}>`,
    text: [
      greeting,
      `${facts.event}\n${when}\n${where}`,
      [...seats.map(({ name, price }) => `${name}  ${price}`), `Total  ${total}`].join('\n'),
      ending,
      link,
    ].join('\n\n'),
    html: page(subject, [
      `<p>${escapeHtml(greeting)}</p>`,
      `<h1>${escapeHtml(facts.event)}</h1><p>${escapeHtml(when)}<br>${escapeHtml(where)}</p>`,
      `<table>${seats.map(rowOf).join('')}${rowOf({ name: 'Total', price: total })}</table>`,
      `<p>${escapeHtml(ending)}</p><p><a href="${escapeHtml(link)}">Show my booking</a></p>`,
    ]),
  }
}

interface Sentences {
  subject: string
  greeting: string
  ending: string
}

const sentencesOf: Record<LetterKind, (facts: BookingFacts, hasTickets: boolean) => Sentences> = {
  confirmed: ({ seats, paidLate }, hasTickets) => ({
    subject: 'Your tickets',
    greeting: `${seats.length === 1 ? 'Your seat is booked' : `Your ${seats.length} seats are booked`}. ${paidLate === null ? 'Thank you!' : sentence(paidLate)}`,
    ending: hasTickets
      ? 'Your tickets are attached, to print or to show. They are on the page of your booking as well:'
      : 'Your tickets, with the codes for the gate, are on the page of your booking:',
  }),
  changed: (facts, hasTickets) => ({
    subject: 'Your tickets have changed',
    greeting: because('Some seats of this booking were given back, and their tickets are void', facts),
    ending: `${goesBack(facts)} These seats stay yours, with the tickets you have${hasTickets ? ', attached once more' : ''}:`,
  }),
  cancelled: (facts) => ({
    subject: 'Cancelled',
    greeting: because('This booking is cancelled, and its tickets are void', facts),
    ending: facts.refundedMinor > 0 ? goesBack(facts) : 'Nothing had been charged.',
  }),
  failed: (facts) => ({
    subject: 'Not booked',
    greeting: facts.failure ?? 'This booking did not go through, and the seats are free again.',
    ending: facts.refundedMinor > 0 ? goesBack(facts) : 'Step by step, as it went:',
  }),
}

const because = (what: string, { reason }: BookingFacts) =>
  reason === null ? `${what}.` : `${what}. ${sentence(reason)}`

const sentence = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1).replace(/[.\s]+$/, '')}.`

const goesBack = ({ refundedMinor, currency }: BookingFacts) =>
  `${printAmount({ amountMinor: refundedMinor, currency })} is on its way back to you, the way you paid.`

const rowOf = ({ name, price }: { name: string; price: string }) =>
  `<tr><td>${escapeHtml(name)}</td><td align="right">${escapeHtml(price)}</td></tr>`

const page = (title: string, parts: string[]) =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(title)}</title></head>` +
  `<body style="font-family:sans-serif;max-width:36rem;margin:auto">${parts.join('')}</body></html>`

/** A line break in a subject would begin another header. */
const oneLine = (text: string) => text.replace(/[\r\n]+/g, ' ').slice(0, 200)
