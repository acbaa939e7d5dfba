/** Printed tickets: what is on the page for eyes, for cameras and for screen readers, whatever the names are. */

import { extractText, getDocumentProxy } from 'unpdf'
import { expect, test } from 'vitest'
import { type PaperShow, type PaperTicket, ticketsPdf } from '../../src/ticket/paper/ticket-pdf.ts'

const show: PaperShow = {
  event: 'Die Zauberflöte',
  when: 'Thursday 24 December 2026 at 19:30',
  where: 'Oper, Köln',
  reference: 'Booking 6F6F1A3E',
}
const ticket: PaperTicket = {
  seat: 'Parkett, row A, seat 1',
  price: '€25.00',
  code: 'RL1ABCDEFGHIJ0123456789',
}

interface Structure {
  role?: string
  alt?: string
  children?: Structure[]
}

async function open(pdf: Uint8Array) {
  const document = await getDocumentProxy(new Uint8Array(pdf))
  const { text } = await extractText(document)
  const trees = await Promise.all(
    text.map(
      async (_page, index) => (await document.getPage(index + 1)).getStructTree() as Promise<Structure>,
    ),
  )
  return { document, text, told: trees.map(toldBy) }
}

/** What a screen reader says of a page, with the role of each part. */
const toldBy = ({ role, alt, children = [] }: Structure): string[] => [
  ...(alt === undefined ? [] : [`${role}: ${alt}`]),
  ...children.flatMap(toldBy),
]

test('a page for each ticket, with what, when, where, which seat and for how much', async () => {
  const tickets = Array.from({ length: 10 }, (_, index) => ({
    ...ticket,
    seat: `Parkett, row A, seat ${index + 1}`,
  }))
  const { text } = await open(await ticketsPdf(show, tickets))
  expect(text).toHaveLength(10)
  for (const [index, page] of text.entries()) {
    for (const part of [...Object.values(show), `row A, seat ${index + 1}`, '€25.00'])
      expect(page).toContain(part)
  }
})

test('a screen reader hears the parts in order, and what the picture is', async () => {
  const { document, told } = await open(await ticketsPdf(show, [ticket]))
  expect(told).toEqual([
    [
      'H1: Die Zauberflöte',
      'P: Thursday 24 December 2026 at 19:30',
      'P: Oper, Köln',
      'P: Parkett, row A, seat 1',
      'P: €25.00 · Booking 6F6F1A3E',
      'Figure: QR code of the ticket for Parkett, row A, seat 1',
      expect.stringMatching(/^P: This code lets in one person, once/),
    ],
  ])
  expect((await document.getMetadata()).info).toMatchObject({
    Title: 'Tickets: Die Zauberflöte',
    Language: 'en',
  })
})

test.each([
  ['Greek and Cyrillic', 'Ο Μαγικός Αυλός · Волшебная флейта'],
  ['Vietnamese, Polish and Turkish', 'Cây sáo thần · Czarodziejski flet łódź · Sihirli Flüt ığ'],
  ['Chinese, Japanese and Korean', '魔笛 · 魔法のふえ カタカナ · 마술피리'],
  ['Hebrew', 'חליל הקסם'],
  ['Thai', 'ขลุ่ยวิเศษ'],
])('%s is set as it is', async (_script, event) => {
  const { text, told } = await open(await ticketsPdf({ ...show, event }, [ticket]))
  expect(told[0]?.[0]).toBe(`H1: ${event}`)
  const letters = (line: string) => [...line.normalize('NFKD').replace(/\s/g, '')].sort().join('')
  const [line = ''] = (text[0] ?? '').split(/\nThursday/)
  expect(letters(line)).toBe(letters(event))
})

/** Shaped letters are other characters, or none, to a program that reads the page; a screen reader is told the words. */
test.each([
  ['Arabic', 'الناي السحري', [/السحر/]],
  ['Hindi', 'जादुई बांसुरी', [/सु/]],
])('%s is shaped, and told whole to a screen reader', async (_script, event, drawn) => {
  const { text, told } = await open(await ticketsPdf({ ...show, event }, [ticket]))
  expect(told[0]?.[0]).toBe(`H1: ${event}`)
  for (const part of drawn) expect(text[0]).toMatch(part)
})

test.each([
  ['endless', 'A'.repeat(5_000)],
  ['endless without spaces in a script that has none', '魔'.repeat(5_000)],
  ['full of line breaks and controls', 'Opera\r\n\u0000\u0007\u001b[31m\u2028Gala'],
  ['turned round by an override', 'Opera \u202eGnp.exe\u202c'],
  ['halves of characters', 'Opera \ud83d\udc00 \udc00\ud83d'],
  ['without a font', 'Opera 🎭 𒀀 \ue000'],
  ['empty', ''],
  ['only marks', '\u0301\u0301\u0301'],
  ['a page of PDF', ') Tj ET endstream endobj << /OpenAction (x) >>'],
])('a name that is %s neither breaks the page nor runs off it', async (_what, event) => {
  const hostile = { ...show, event, where: event, when: event, reference: event }
  const { text, told, document } = await open(
    await ticketsPdf(hostile, [{ ...ticket, seat: event, price: event }]),
  )
  expect(text).toHaveLength(1)
  expect(told[0]?.filter((part) => part.startsWith('Figure'))).toHaveLength(1)
  expect(told.flat().join('')).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u)
  const page = await document.getPage(1)
  const { width, height } = page.getViewport({ scale: 1 })
  const { items } = await page.getTextContent()
  for (const item of items) {
    if (!('transform' in item) || item.str.trim() === '') continue
    const [, , , , x, y] = item.transform as number[]
    expect((x ?? 0) + item.width).toBeLessThanOrEqual(width - 40)
    expect(y).toBeGreaterThan(40)
    expect(y).toBeLessThan(height)
  }
  expect(await document.getOpenAction()).toBeNull()
})
