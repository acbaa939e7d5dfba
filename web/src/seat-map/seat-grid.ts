/**
 * A uniform grid over points, so that "which seats are in this rectangle" and "which seat is here" touch a few
 * cells instead of 20,000 seats. Built once; all arrays are flat.
 */
export interface SeatGrid {
  /** Calls back for every point whose cell meets the rectangle; the caller tests exactly where it matters. */
  visit(left: number, top: number, right: number, bottom: number, each: (index: number) => void): void
  /** The point nearest to (x, y) within `reach`, or -1. */
  nearest(x: number, y: number, reach: number): number
}

const pointsPerCell = 12

export function buildSeatGrid(xs: Float32Array, ys: Float32Array): SeatGrid {
  const [left, right] = extent(xs)
  const [top, bottom] = extent(ys)
  const area = Math.max(1e-6, (right - left) * (bottom - top))
  const cell = Math.max(1e-3, Math.sqrt((area * pointsPerCell) / Math.max(1, xs.length)))
  const columns = Math.max(1, Math.min(1024, Math.ceil((right - left) / cell + 1e-6)))
  const rows = Math.max(1, Math.min(1024, Math.ceil((bottom - top) / cell + 1e-6)))
  const columnOf = (x: number) => clamp(Math.floor((x - left) / cell), columns)
  const rowOf = (y: number) => clamp(Math.floor((y - top) / cell), rows)
  const { starts, items } = sortIntoCells(xs, ys, columns, rows, columnOf, rowOf)

  function visit(x0: number, y0: number, x1: number, y1: number, each: (index: number) => void): void {
    if (x1 < left || x0 > right || y1 < top || y0 > bottom) return
    for (let row = rowOf(y0); row <= rowOf(y1); row++) {
      const from = starts[row * columns + columnOf(x0)] as number
      const to = starts[row * columns + columnOf(x1) + 1] as number
      for (let i = from; i < to; i++) each(items[i] as number)
    }
  }

  function nearest(x: number, y: number, reach: number): number {
    let found = -1
    let best = reach * reach
    visit(x - reach, y - reach, x + reach, y + reach, (index) => {
      const distance = ((xs[index] as number) - x) ** 2 + ((ys[index] as number) - y) ** 2
      if (distance > best) return
      best = distance
      found = index
    })
    return found
  }

  return { visit, nearest }
}

/** Counting sort: `items` holds the points of each cell, beginning at `starts[cell]`. */
function sortIntoCells(
  xs: Float32Array,
  ys: Float32Array,
  columns: number,
  rows: number,
  columnOf: (x: number) => number,
  rowOf: (y: number) => number,
): { starts: Int32Array; items: Int32Array } {
  const cellOf = (i: number) => rowOf(ys[i] as number) * columns + columnOf(xs[i] as number)
  const starts = new Int32Array(columns * rows + 1)
  for (let i = 0; i < xs.length; i++) starts[cellOf(i) + 1] = (starts[cellOf(i) + 1] as number) + 1
  for (let c = 0; c < columns * rows; c++) starts[c + 1] = (starts[c + 1] as number) + (starts[c] as number)
  const next = starts.slice()
  const items = new Int32Array(xs.length)
  for (let i = 0; i < xs.length; i++) {
    const cell = cellOf(i)
    items[next[cell] as number] = i
    next[cell] = (next[cell] as number) + 1
  }
  return { starts, items }
}

function extent(values: Float32Array): [low: number, high: number] {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (const value of values) {
    if (value < low) low = value
    if (value > high) high = value
  }
  return values.length === 0 ? [0, 0] : [low, high]
}

function clamp(index: number, count: number): number {
  return Math.min(count - 1, Math.max(0, index))
}
