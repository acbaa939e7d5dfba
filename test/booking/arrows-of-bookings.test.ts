/** kill -9 at every arrow of the booking's machine, just before its commit and just after it. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bookingMoves } from '../../src/booking/index.ts'
import { openStage, type Stage } from './arrow-stage.ts'
import { bookingArrows } from './arrows.ts'
import { killAtArrow } from './kill-at-arrow.ts'

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
})
afterAll(() => stage.close())

test('every arrow of the machine has its kills', () => {
  const arrows = Object.entries(bookingMoves).flatMap(([from, targets]) =>
    targets.map((to) => `${from} ${to}`),
  )
  expect(Object.keys(bookingArrows).sort()).toEqual(['begun PENDING', ...arrows].sort())
})

test.each(
  Object.entries(bookingArrows).flatMap(([name, arrow]) =>
    (['before', 'after'] as const).map((when) => ({ name, arrow, when, end: arrow[when] })),
  ),
)('killed $when the commit of $name: another process brings it to $end', async ({ arrow, when }) => {
  await killAtArrow(stage, arrow, when)
})

test('after all of it the audit finds nothing', async () => {
  const { bookings } = await stage.audit()
  expect(bookings).toBeGreaterThan(45)
})
