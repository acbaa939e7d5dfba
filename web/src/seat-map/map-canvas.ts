/**
 * The seat map on a canvas: owns the picture of the seats and what the pointer or keyboard is on, and draws at
 * most once a frame and only when something changed. It decides nothing about seats; it asks how each looks and
 * says which one was meant.
 */
import { toPlan } from './camera.ts'
import { createMapCamera } from './map-camera.ts'
import { listenToGestures } from './map-gestures.ts'
import { type AreaScene, paintAreas, paintDecorations, paintLabels } from './paint-plan.ts'
import { ringSeat } from './paint-seats.ts'
import { readPalette } from './palette.ts'
import type { Point } from './plan.ts'
import type { PlanIndex } from './plan-index.ts'
import { areaAt, type Direction, nextSeat } from './seat-cursor.ts'
import { createSeatLayer } from './seat-layer.ts'
import type { Look } from './seat-look.ts'

/** What the pointer or the keyboard is on. */
export type MapTarget = { kind: 'seat'; seat: number } | { kind: 'area'; key: string }

export interface MapScene {
  lookAt(seatIndex: number): Look
  areas(): Pick<AreaScene, 'free' | 'mine'>
}

export interface MapListener {
  /** `at` is where on the canvas, in CSS pixels. */
  onFocus(target: MapTarget | null, at: Point | null): void
  onPick(target: MapTarget): void
}

export interface MapCanvas {
  /** These seats, or everything, may look different. */
  redraw(seats: readonly number[] | 'all'): void
  emphasise(category: number | null): void
  zoomBy(factor: number): void
  fit(): void
  /** Moves the keyboard's cursor; the first move goes to the seat nearest to the middle. */
  step(direction: Direction): void
  pan(dx: number, dy: number): void
  pickCursor(): void
  leaveCursor(): void
  close(): void
}

/** Smaller seats than this cannot be told apart: a tap comes closer instead of taking one at random. */
const pickRadiusMinPx = 3
const mouseReachPx = 5
/** A finger is this wide. */
const touchReachPx = 14
const pixelRatioMax = 2

export function openMapCanvas(
  canvas: HTMLCanvasElement,
  index: PlanIndex,
  scene: MapScene,
  listener: MapListener,
): MapCanvas {
  const ctx = canvas.getContext('2d')
  const layer = createSeatLayer()
  const camera = createMapCamera(index.box, index.radius, invalidate)
  let palette = readPalette(canvas)
  let pixelRatio = 1
  let emphasis: number | null = null
  let focus: MapTarget | null = null
  let cursor = -1
  let frame = 0

  function invalidate(): void {
    if (frame === 0) frame = requestAnimationFrame(draw)
  }

  function draw(nowMs: number): void {
    frame = 0
    const viewport = camera.viewport()
    if (!ctx || viewport.width === 0) return
    const gliding = camera.advance(nowMs)
    const at = camera.now()
    ctx.setTransform(pixelRatio, 0, 0, pixelRatio, 0, 0)
    ctx.clearRect(0, 0, viewport.width, viewport.height)
    paintDecorations(ctx, index, palette, at)
    const hovered = focus?.kind === 'area' ? focus.key : null
    paintAreas(ctx, index, palette, at, { ...scene.areas(), hovered, emphasis })
    const seats = { index, palette, lookAt: scene.lookAt, emphasis }
    layer.show(ctx, seats, { camera: at, viewport, pixelRatio, zooming: camera.isZooming(nowMs) })
    paintLabels(ctx, index, palette, at, viewport)
    if (focus?.kind === 'seat') ringSeat(ctx, index, palette, at, focus.seat)
    if (gliding) invalidate()
  }

  function canPickSeats(): boolean {
    return index.radius * camera.now().scale >= pickRadiusMinPx
  }

  function targetAt(px: number, py: number, reachPx: number): MapTarget | null {
    const point = toPlan(camera.now(), px, py)
    if (canPickSeats()) {
      const reach = Math.max(index.radius * 1.35, reachPx / camera.now().scale)
      const seat = index.grid.nearest(point.x, point.y, reach)
      if (seat >= 0) return { kind: 'seat', seat }
    }
    const key = areaAt(index, point)
    return key === null ? null : { kind: 'area', key }
  }

  function focusOn(target: MapTarget | null, at: Point | null): void {
    const same = keyOf(target) === keyOf(focus)
    focus = target
    listener.onFocus(target, at)
    canvas.style.cursor = target ? 'pointer' : at && !canPickSeats() ? 'zoom-in' : ''
    if (!same) invalidate()
  }

  const stopGestures = listenToGestures(canvas, {
    pan: camera.pan,
    zoom: camera.zoom,
    tap(px, py, touch) {
      const target = targetAt(px, py, touch ? touchReachPx : mouseReachPx)
      if (target?.kind === 'seat') cursor = target.seat
      if (target) listener.onPick(target)
      else if (!canPickSeats()) camera.comeCloser(px, py)
      if (touch) focusOn(target, { x: px, y: py })
    },
    hover: (at) => focusOn(at && targetAt(at.x, at.y, mouseReachPx), at),
  })

  const resizing = new ResizeObserver(() => {
    const { width, height } = canvas.getBoundingClientRect()
    if (width === 0 || height === 0) return
    pixelRatio = Math.min(pixelRatioMax, devicePixelRatio || 1)
    canvas.width = Math.round(width * pixelRatio)
    canvas.height = Math.round(height * pixelRatio)
    camera.resize({ width, height })
  })
  resizing.observe(canvas)

  const dark = matchMedia('(prefers-color-scheme: dark)')
  const recolour = () => {
    palette = readPalette(canvas)
    layer.spoil('all')
    invalidate()
  }
  dark.addEventListener('change', recolour)

  return {
    redraw(seats) {
      layer.spoil(seats)
      invalidate()
    },
    emphasise(category) {
      if (category === emphasis) return
      emphasis = category
      layer.spoil('all')
      invalidate()
    },
    zoomBy: camera.zoomBy,
    fit: camera.fit,
    pan: camera.pan,
    step(direction) {
      const next = cursor < 0 ? seatInTheMiddle() : nextSeat(index, cursor, direction)
      if (next >= 0) cursor = next
      if (cursor < 0) return
      const point = { x: index.xs[cursor] as number, y: index.ys[cursor] as number }
      camera.show(point)
      const { scale, x, y } = camera.now()
      focusOn({ kind: 'seat', seat: cursor }, { x: point.x * scale + x, y: point.y * scale + y })
    },
    pickCursor() {
      if (cursor >= 0) listener.onPick({ kind: 'seat', seat: cursor })
    },
    leaveCursor: () => focusOn(null, null),
    close() {
      stopGestures()
      resizing.disconnect()
      dark.removeEventListener('change', recolour)
      camera.close()
      cancelAnimationFrame(frame)
    },
  }

  function seatInTheMiddle(): number {
    const { width, height } = camera.viewport()
    const middle = toPlan(camera.now(), width / 2, height / 2)
    const reach = index.box.right - index.box.left + index.box.bottom - index.box.top
    return index.grid.nearest(middle.x, middle.y, reach)
  }
}

function keyOf(target: MapTarget | null): string {
  if (!target) return ''
  return target.kind === 'seat' ? `seat ${target.seat}` : `area ${target.key}`
}
