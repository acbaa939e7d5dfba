/** kill -9 at every arrow of the refund's machine, and how long a payment stays unknown. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { refundMoves } from '../../src/payment/index.ts'
import { openStage, type Stage } from './arrow-stage.ts'
import { refundArrows } from './arrows.ts'
import { killAtArrow } from './kill-at-arrow.ts'

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
})
afterAll(() => stage.close())

/** Only Stripe's process has refunds that fail later (test/payment); and nothing withdraws a refund yet. */
const elsewhere = ['SUCCEEDED NEEDS_OPERATOR', 'OWED WITHDRAWN']

test('every arrow of the machine has its kills', () => {
  const arrows = Object.entries(refundMoves).flatMap(([from, targets]) =>
    targets.map((to) => `${from} ${to}`),
  )
  expect([...Object.keys(refundArrows), ...elsewhere].sort()).toEqual(['begun OWED', ...arrows].sort())
})

test.each(
  Object.entries(refundArrows).flatMap(([name, arrow]) =>
    (['before', 'after'] as const).map((when) => ({ name, arrow, when })),
  ),
)('killed $when the commit of a refund`s $name: it is paid once', async ({ arrow, when }) => {
  await killAtArrow(stage, arrow, when)
})

test('after all of it the audit finds nothing', async () => {
  await stage.audit()
})
