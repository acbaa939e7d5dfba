/** Moving from seat to seat with the arrow keys, and finding a standing area under a point. */

import type { Point } from './plan.ts'
import type { PlanIndex } from './plan-index.ts'

export type Direction = { dx: -1 | 0 | 1; dy: -1 | 0 | 1 }

/** How many seat widths away the next seat may be. */
const reachWidthsMax = 64

/** The next seat in a direction: near, and more ahead than aside. -1 where there is none. */
export function nextSeat(index: PlanIndex, from: number, { dx, dy }: Direction): number {
  const x = index.xs[from] as number
  const y = index.ys[from] as number
  for (let widths = 4; widths <= reachWidthsMax; widths *= 2) {
    const reach = widths * index.radius * 2
    let found = -1
    let best = Number.POSITIVE_INFINITY
    index.grid.visit(x - reach, y - reach, x + reach, y + reach, (seat) => {
      const ahead = ((index.xs[seat] as number) - x) * dx + ((index.ys[seat] as number) - y) * dy
      const aside =
        Math.abs(((index.xs[seat] as number) - x) * dy) + Math.abs(((index.ys[seat] as number) - y) * dx)
      if (seat === from || ahead <= 0 || aside > ahead * 1.2) return
      const cost = ahead + aside * 2
      if (cost < best) {
        best = cost
        found = seat
      }
    })
    if (found >= 0) return found
  }
  return -1
}

export function areaAt(index: PlanIndex, point: Point): string | null {
  for (const { area, box } of index.areas) {
    if (point.x < box.left || point.x > box.right || point.y < box.top || point.y > box.bottom) continue
    if (isInside(point, area.outline)) return area.key
  }
  return null
}

/** Counts how often a ray to the right crosses the outline. */
function isInside({ x, y }: Point, outline: readonly Point[]): boolean {
  let inside = false
  outline.forEach((a, i) => {
    const b = outline[(i + 1) % outline.length] as Point
    if (a.y > y !== b.y > y && x < ((b.x - a.x) * (y - a.y)) / (b.y - a.y) + a.x) inside = !inside
  })
  return inside
}
