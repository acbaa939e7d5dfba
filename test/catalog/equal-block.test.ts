/** Seats in place of seats that are gone: equal in what was paid for, together, and near. */
import { expect, test } from 'vitest'
import { equalBlock } from '../../src/catalog/index.ts'
import { openPlan } from '../../src/catalog/plan.ts'
import type { PlanSeat } from '../../src/catalog/plan-layout.ts'

/** Rows of seats one apart; `|` is an aisle, a capital letter another category, w a wheelchair place. */
function hall(zones: Record<string, string[]>, places = 0) {
  const seats: PlanSeat[] = []
  let y = 0
  for (const [zone, rows] of Object.entries(zones)) {
    for (const [rowNo, row] of rows.entries()) {
      y += 1
      for (const [x, sign] of [...row].entries()) {
        if (sign === '|') continue
        seats.push({
          ...{
            seatNo: seats.length,
            seatId: `${zone}-${rowNo}-${x}`,
            zone,
            row: String(rowNo),
            number: String(x),
          },
          ...{ category: sign === sign.toUpperCase() ? 'dear' : 'cheap', x, y, radius: 0.4 },
          traits: sign.toLowerCase() === 'w' ? ['wheelchair'] : [],
        })
      }
    }
  }
  const size = { width: 100, height: 100 }
  const floor = { key: 'floor', name: 'Floor', zone: 'floor', category: 'cheap', outline: [] }
  const first = seats.length
  return openPlan({
    ...{ id: 1, version: 1, contentHash: 'x', seatCount: first + places },
    layout: {
      ...{ name: 'Hall', size, categories: [], zones: [], seats, decorations: [] },
      areas: places > 0 ? [{ ...floor, places: [[first, first + places]] }] : [],
    },
  })
}

const without =
  (...taken: number[]) =>
  (seatNo: number) =>
    !taken.includes(seatNo)
const blockOf = (...[plan, wanted, isFree]: Parameters<typeof equalBlock>) => {
  const block = equalBlock(plan, wanted, isFree)
  return block && wanted.map((seatNo) => block.get(seatNo))
}

test('the nearest free neighbours, in the row behind rather than far along', () => {
  const plan = hall({ stalls: ['aaaaaaaa', 'aaaaaaaa'] })
  expect(blockOf(plan, [0, 1], without(0, 1, 2, 3))).toEqual([8, 9])
})

test('together: never across an aisle, a stranger, or another row', () => {
  expect(blockOf(hall({ stalls: ['aaa|aaaa'] }), [0, 1], without(0, 1))).toEqual([3, 4])
  expect(blockOf(hall({ stalls: ['aaaaa'] }), [0, 1], without(0, 1, 3))).toBeNull()
  expect(blockOf(hall({ stalls: ['aa', 'a', 'a'] }), [0, 1], without(0))).toBeNull()
})

test('of the same category and kind, or none', () => {
  expect(blockOf(hall({ stalls: ['aaAA', 'aa'] }), [0, 1], without(0, 1))).toEqual([4, 5])
  expect(blockOf(hall({ stalls: ['aaAA'] }), [0, 1], without(0, 1))).toBeNull()
  expect(blockOf(hall({ stalls: ['wawa'] }), [0], without(0))).toEqual([2])
  expect(blockOf(hall({ stalls: ['aaww'] }), [0, 1], without(0, 1))).toBeNull()
})

test('in the zone that was chosen, as long as it has any', () => {
  const plan = hall({ front: ['aa'], back: ['aa', 'aa', 'aa'] })
  // Row 0 of the back is nearest to the front, and yet the back is far from its last row.
  expect(blockOf(plan, [6, 7], without(6, 7, 4, 5))).toEqual([2, 3])
  expect(blockOf(plan, [6, 7], without(2, 3, 4, 5, 6, 7))).toEqual([0, 1])
})

test('a wheelchair place and its companion`s are each replaced by what equals them', () => {
  const plan = hall({ stalls: ['waa', 'waa'] })
  expect(blockOf(plan, [0, 1], without(0))).toEqual([3, 1])
})

test('places of a standing area are as good as one another', () => {
  const plan = hall({ stalls: ['aa'] }, 5)
  expect(blockOf(plan, [2, 3], without(2, 4))).toEqual([3, 5])
  expect(blockOf(plan, [2, 3], without(2, 3, 4, 5))).toBeNull()
  expect(blockOf(plan, [0, 2], without(2))).toEqual([0, 3])
})

test('nothing equals a seat that the plan has no more', () => {
  expect(equalBlock(hall({ stalls: ['aa'] }), [7], () => true)).toBeNull()
})
