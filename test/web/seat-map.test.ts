import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bringIntoView, fitBox, keepInSight, toPlan, zoomAt } from '../../web/src/seat-map/camera.ts'
import type { Plan } from '../../web/src/seat-map/plan.ts'
import { centreOf, indexPlan } from '../../web/src/seat-map/plan-index.ts'
import { areaAt, nextSeat } from '../../web/src/seat-map/seat-cursor.ts'
import { buildSeatGrid } from '../../web/src/seat-map/seat-grid.ts'
import { lookOf, looks } from '../../web/src/seat-map/seat-look.ts'

const coordinate = fc.integer({ min: 0, max: 500 })
const points = fc.array(fc.record({ x: coordinate, y: coordinate }), { minLength: 1, maxLength: 300 })

describe('the grid over the seats', () => {
  test('finds the same nearest seat as looking at all of them', () => {
    fc.assert(
      fc.property(points, coordinate, coordinate, fc.integer({ min: 1, max: 80 }), (seats, x, y, reach) => {
        const grid = buildSeatGrid(
          Float32Array.from(seats, (s) => s.x),
          Float32Array.from(seats, (s) => s.y),
        )
        const distance = (i: number) => Math.hypot((seats[i]?.x ?? 0) - x, (seats[i]?.y ?? 0) - y)
        const best = Math.min(...seats.map((_, i) => distance(i)))
        const found = grid.nearest(x, y, reach)
        if (best > reach) expect(found).toBe(-1)
        else expect(distance(found)).toBeCloseTo(best)
      }),
    )
  })

  test('visits every seat of a rectangle, and none twice', () => {
    fc.assert(
      fc.property(points, coordinate, coordinate, coordinate, coordinate, (seats, x0, y0, x1, y1) => {
        const [left, right] = [Math.min(x0, x1), Math.max(x0, x1)]
        const [top, bottom] = [Math.min(y0, y1), Math.max(y0, y1)]
        const grid = buildSeatGrid(
          Float32Array.from(seats, (s) => s.x),
          Float32Array.from(seats, (s) => s.y),
        )
        const visited: number[] = []
        grid.visit(left, top, right, bottom, (i) => visited.push(i))
        expect(new Set(visited).size).toBe(visited.length)
        const inside = seats.flatMap((s, i) =>
          s.x >= left && s.x <= right && s.y >= top && s.y <= bottom ? [i] : [],
        )
        expect(visited).toEqual(expect.arrayContaining(inside))
      }),
    )
  })
})

describe('the camera', () => {
  const box = { left: 0, top: 0, right: 1000, bottom: 500 }
  const viewport = { width: 800, height: 600 }
  const limits = { scaleMin: 0.1, scaleMax: 10 }

  test('fits the whole plan into the view', () => {
    const camera = fitBox(box, viewport, 20)
    expect(toPlan(camera, 20, 300)).toEqual({ x: 0, y: 250 })
    expect(toPlan(camera, 780, 300)).toEqual({ x: 1000, y: 250 })
  })

  test('keeps the point under the pointer where it is while zooming, and stays within the limits', () => {
    const camera = fitBox(box, viewport, 20)
    const before = toPlan(camera, 200, 150)
    const after = toPlan(zoomAt(camera, 200, 150, 3, limits), 200, 150)
    expect(after.x).toBeCloseTo(before.x)
    expect(after.y).toBeCloseTo(before.y)
    expect(zoomAt(camera, 0, 0, 1e6, limits).scale).toBe(10)
    expect(zoomAt(camera, 0, 0, 1e-6, limits).scale).toBe(0.1)
  })

  test('never loses the plan out of sight', () => {
    const lost = { scale: 1, x: 99_999, y: -99_999 }
    const { x, y } = toPlan(keepInSight(lost, box, viewport), 400, 300)
    expect({ x, y }).toEqual({ x: 0, y: 500 })
  })

  test('moves only as far as it must to show a point', () => {
    const camera = { scale: 1, x: 0, y: 0 }
    expect(bringIntoView(camera, { x: 400, y: 300 }, viewport, 50)).toEqual(camera)
    expect(bringIntoView(camera, { x: 900, y: 300 }, viewport, 50).x).toBe(-150)
  })
})

const seat = (seatNo: number, row: string, number: string, x: number, y: number, traits: string[] = []) => ({
  ...{ seatNo, seatId: `s-${row}-${number}`, zone: 's', row, number, category: 'c', x, y, radius: 4, traits },
})

const plan: Plan = {
  name: 'Small',
  size: { width: 100, height: 100 },
  categories: [{ key: 'c', name: 'C', color: '#336699' }],
  zones: [{ key: 's', name: 'Stalls' }],
  seats: [
    seat(0, 'A', '1', 10, 10, ['wheelchair']),
    seat(1, 'A', '2', 20, 10),
    seat(2, 'A', '3', 30, 10),
    seat(7, 'B', '1', 10, 22),
    seat(8, 'B', '2', 20, 22),
  ],
  areas: [
    {
      ...{ key: 'floor', name: 'Floor', zone: 's', category: 'c', places: [[3, 7]] },
      outline: [
        { x: 50, y: 50 },
        { x: 90, y: 50 },
        { x: 50, y: 90 },
      ],
    },
  ],
  decorations: [],
}

describe('a plan prepared for drawing', () => {
  const index = indexPlan(plan)

  test('finds a seat by its number, and no seat for a standing place', () => {
    expect(index.indexOfSeatNo[8]).toBe(4)
    expect(index.indexOfSeatNo[3]).toBe(-1)
  })

  test('goes from seat to seat with the arrow keys, and stays where there is no next one', () => {
    expect(nextSeat(index, 0, { dx: 1, dy: 0 })).toBe(1)
    expect(nextSeat(index, 0, { dx: 0, dy: 1 })).toBe(3)
    expect(nextSeat(index, 4, { dx: 0, dy: -1 })).toBe(1)
    expect(nextSeat(index, 2, { dx: 1, dy: 0 })).toBe(-1)
  })

  test('knows whether a point lies in a standing area, not only in its box', () => {
    expect(areaAt(index, { x: 55, y: 55 })).toBe('floor')
    expect(areaAt(index, { x: 85, y: 85 })).toBeNull()
  })

  test('labels an area at the centre of its outline', () => {
    const { x, y } = centreOf(plan.areas[0]?.outline ?? [])
    expect(x).toBeCloseTo(190 / 3)
    expect(y).toBeCloseTo(190 / 3)
  })
})

test('what the viewer does with a seat overrules its status', () => {
  expect(lookOf(1, 1, new Map())).toBe(looks.locked)
  expect(lookOf(1, 1, new Map([[1, 'mine']]))).toBe(looks.mine)
  expect(lookOf(1, 0, new Map([[1, 'adding']]))).toBe(looks.adding)
})
