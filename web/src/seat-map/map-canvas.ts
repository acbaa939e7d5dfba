/**
 * The seat map on a canvas: owns the camera, the picture of the seats and the pointer, and draws at most once a
 * frame and only when something changed. It decides nothing about seats; it asks how each looks and says which
 * one was meant.
 */
import {
  between,
  bringIntoView,
  type Camera,
  fitBox,
  keepInSight,
  panBy,
  toPlan,
  type Viewport,
  zoomAt,
} from './camera.ts'
import { listenToGestures } from './map-gestures.ts'
import { type AreaScene, paintAreas, paintDecorations, paintLabels } from './paint-plan.ts'
import { type Palette, readPalette } from './palette.ts'
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
  onFocus(target: MapTarget | null, at: { x: number; y: number } | null): void
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

const fitMarginPx = 28
const seatRadiusMaxPx = 30
/** A finger is this wide. */
const touchReachPx = 14
const zoomSettleMs = 140
const glideMs = 220
const pixelRatioMax = 2

export function openMapCanvas(
  canvas: HTMLCanvasElement,
  index: PlanIndex,
  scene: MapScene,
  listener: MapListener,
): MapCanvas {
  const ctx = canvas.getContext('2d')
  const layer = createSeatLayer()
  let palette: Palette = readPalette(canvas)
  let viewport: Viewport = { width: 0, height: 0 }
  let pixelRatio = 1
  let camera: Camera = { scale: 1, x: 0, y: 0 }
  let fitted = true
  let emphasis: number | null = null
  let focus: MapTarget | null = null
  let cursor = -1
  let frame = 0
  let zoomEndsAtMs = 0
  let settleTimer: ReturnType<typeof setTimeout> | undefined
  let glide: { from: Camera; to: Camera; startMs: number } | null = null

  function invalidate(): void {
    if (frame === 0) frame = requestAnimationFrame(draw)
  }

  function draw(nowMs: number): void {
    frame = 0
    if (!ctx || viewport.width === 0) return
    if (glide) followGlide(nowMs)
    const zooming = nowMs < zoomEndsAtMs || glide !== null
    ctx.setTransform(pixelRatio, 0, 0, pixelRatio, 0, 0)
    ctx.clearRect(0, 0, viewport.width, viewport.height)
    paintDecorations(ctx, index, palette, camera)
    const hovered = focus?.kind === 'area' ? focus.key : null
    paintAreas(ctx, index, palette, camera, { ...scene.areas(), hovered, emphasis })
    const seats = { index, palette, lookAt: scene.lookAt, emphasis }
    layer.show(ctx, seats, { camera, viewport, pixelRatio, zooming })
    paintLabels(ctx, index, palette, camera, viewport)
    if (focus?.kind === 'seat') ringSeat(ctx, focus.seat)
    if (glide) invalidate()
  }

  function ringSeat(ctx: CanvasRenderingContext2D, seat: number): void {
    const radius = Math.max(6, (index.radii[seat] as number) * camera.scale * 1.25 + 2)
    const x = (index.xs[seat] as number) * camera.scale + camera.x
    const y = (index.ys[seat] as number) * camera.scale + camera.y
    for (const [style, width] of [
      [palette.paper, 5],
      [palette.ink, 2],
    ] as const) {
      ctx.beginPath()
      ctx.arc(x, y, radius, 0, 2 * Math.PI)
      ctx.strokeStyle = style
      ctx.lineWidth = width
      ctx.stroke()
    }
  }

  function followGlide(nowMs: number): void {
    if (!glide) return
    const t = Math.min(1, (nowMs - glide.startMs) / glideMs)
    camera = between(glide.from, glide.to, 1 - (1 - t) ** 3)
    if (t >= 1) glide = null
  }

  function glideTo(to: Camera): void {
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches
    if (still) camera = to
    else glide = { from: camera, to, startMs: performance.now() }
    invalidate()
  }

  function zoomLimits() {
    const fit = fitBox(index.box, viewport, fitMarginPx).scale
    return { scaleMin: fit * 0.7, scaleMax: Math.max(fit * 1.5, seatRadiusMaxPx / index.radius) }
  }

  function moveTo(next: Camera): void {
    fitted = false
    glide = null
    camera = keepInSight(next, index.box, viewport)
    invalidate()
  }

  function targetAt(px: number, py: number, touch: boolean): MapTarget | null {
    const point = toPlan(camera, px, py)
    const reach = Math.max(index.radius * 1.35, (touch ? touchReachPx : 5) / camera.scale)
    const seat = index.grid.nearest(point.x, point.y, reach)
    if (seat >= 0) return { kind: 'seat', seat }
    const key = areaAt(index, point)
    return key === null ? null : { kind: 'area', key }
  }

  function focusOn(target: MapTarget | null, at: { x: number; y: number } | null): void {
    const same = target?.kind === focus?.kind && keyOf(target) === keyOf(focus)
    focus = target
    listener.onFocus(target, at)
    if (same) return
    canvas.style.cursor = target ? 'pointer' : ''
    invalidate()
  }

  const stopGestures = listenToGestures(canvas, {
    pan: (dx, dy) => moveTo(panBy(camera, dx, dy)),
    zoom(px, py, factor) {
      zoomEndsAtMs = performance.now() + zoomSettleMs
      clearTimeout(settleTimer)
      settleTimer = setTimeout(invalidate, zoomSettleMs + 1)
      moveTo(zoomAt(camera, px, py, factor, zoomLimits()))
    },
    tap(px, py) {
      const target = targetAt(px, py, false) ?? targetAt(px, py, true)
      if (!target) return
      if (target.kind === 'seat') cursor = target.seat
      listener.onPick(target)
    },
    hover(at) {
      focusOn(at && targetAt(at.x, at.y, at.touch), at)
    },
  })

  function measure(): void {
    const box = canvas.getBoundingClientRect()
    if (box.width === 0 || box.height === 0) return
    const middle = toPlan(camera, viewport.width / 2, viewport.height / 2)
    viewport = { width: box.width, height: box.height }
    pixelRatio = Math.min(pixelRatioMax, devicePixelRatio || 1)
    canvas.width = Math.round(box.width * pixelRatio)
    canvas.height = Math.round(box.height * pixelRatio)
    if (fitted) camera = fitBox(index.box, viewport, fitMarginPx)
    else
      camera = {
        ...camera,
        x: box.width / 2 - middle.x * camera.scale,
        y: box.height / 2 - middle.y * camera.scale,
      }
    invalidate()
  }

  const resizing = new ResizeObserver(measure)
  resizing.observe(canvas)
  const dark = matchMedia('(prefers-color-scheme: dark)')
  const recolour = () => {
    palette = readPalette(canvas)
    layer.spoil('all')
    invalidate()
  }
  dark.addEventListener('change', recolour)
  measure()

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
    zoomBy(factor) {
      fitted = false
      const goal = glide?.to ?? camera
      const next = zoomAt(goal, viewport.width / 2, viewport.height / 2, factor, zoomLimits())
      glideTo(keepInSight(next, index.box, viewport))
    },
    fit() {
      fitted = true
      glideTo(fitBox(index.box, viewport, fitMarginPx))
    },
    pan: (dx, dy) => moveTo(panBy(camera, dx, dy)),
    step(direction) {
      const middle = toPlan(camera, viewport.width / 2, viewport.height / 2)
      const next =
        cursor < 0
          ? index.grid.nearest(
              middle.x,
              middle.y,
              Math.max(index.box.right - index.box.left, index.box.bottom - index.box.top),
            )
          : nextSeat(index, cursor, direction)
      if (next < 0) return
      cursor = next
      const point = { x: index.xs[next] as number, y: index.ys[next] as number }
      const readable = Math.max(camera.scale, Math.min(zoomLimits().scaleMax, 8 / index.radius))
      const closer = zoomAt(
        camera,
        viewport.width / 2,
        viewport.height / 2,
        readable / camera.scale,
        zoomLimits(),
      )
      fitted = false
      glide = null
      camera = bringIntoView(closer, point, viewport, 90)
      focusOn(
        { kind: 'seat', seat: next },
        { x: point.x * camera.scale + camera.x, y: point.y * camera.scale + camera.y },
      )
      invalidate()
    },
    pickCursor() {
      if (cursor >= 0) listener.onPick({ kind: 'seat', seat: cursor })
    },
    leaveCursor() {
      focusOn(null, null)
    },
    close() {
      stopGestures()
      resizing.disconnect()
      dark.removeEventListener('change', recolour)
      clearTimeout(settleTimer)
      cancelAnimationFrame(frame)
    },
  }
}

function keyOf(target: MapTarget | null): string | number | null {
  return target ? (target.kind === 'seat' ? target.seat : target.key) : null
}
