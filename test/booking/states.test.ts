import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { bookingMoves } from '../../src/booking/index.ts'
import { paymentMoves, refundMoves } from '../../src/payment/index.ts'

const page = readFileSync(new URL('../../docs/booking.md', import.meta.url), 'utf8')

/** Moves drawn under a heading, as "FROM TO". */
function drawn(heading: string): string[] {
  const [, section = ''] = page.split(`## ${heading}\n`)
  const [, drawing = ''] = /```mermaid\n([\s\S]*?)```/.exec(section) ?? []
  return [...drawing.matchAll(/^ +([A-Z_]+) --> ([A-Z_]+)/gm)].map(([, from, to]) => `${from} ${to}`).sort()
}

const coded = (moves: Readonly<Record<string, readonly string[]>>) =>
  Object.entries(moves)
    .flatMap(([from, targets]) => targets.map((to) => `${from} ${to}`))
    .sort()

test.each([
  ['The states of a booking', bookingMoves],
  ['The states of a payment', paymentMoves],
  ['The states of a refund', refundMoves],
])('the drawing of "%s" shows the moves that the code allows, and no other', (heading, moves) => {
  expect(drawn(heading)).toEqual(coded(moves))
})
