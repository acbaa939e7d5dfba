/**
 * The camera of one map over time: follows the hand at once, glides where a button or a tap asked for a place,
 * and knows whether the scale is still moving. It keeps the whole plan in view until the viewer moves it.
 */
import {
  type Box,
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
import type { Point } from './plan.ts'

const fitMarginPx = 28
const seatRadiusMaxPx = 30
/** From this radius on, a seat's number can be read. */
const readableRadiusPx = 9
const zoomSettleMs = 140
const glideMs = 220

export interface MapCamera {
  now(): Camera
  viewport(): Viewport
  /** Moves on to the given moment of a glide; true while there is more of it. */
  advance(nowMs: number): boolean
  isZooming(nowMs: number): boolean
  resize(viewport: Viewport): void
  pan(dx: number, dy: number): void
  /** Zooms around a point, following the hand. */
  zoom(px: number, py: number, factor: number): void
  /** Glides: by a factor around the middle, to where seats around a point can be read, or to the whole plan. */
  zoomBy(factor: number): void
  comeCloser(px: number, py: number): void
  fit(): void
  /** Shows a point at once, large enough to read. */
  show(point: Point): void
  close(): void
}

export function createMapCamera(box: Box, seatRadius: number, invalidate: () => void): MapCamera {
  let viewport: Viewport = { width: 0, height: 0 }
  let camera: Camera = { scale: 1, x: 0, y: 0 }
  let fitted = true
  let glide: { from: Camera; to: Camera; startMs: number } | null = null
  let zoomEndsAtMs = 0
  let settleTimer: ReturnType<typeof setTimeout> | undefined

  function limits() {
    const fit = fitBox(box, viewport, fitMarginPx).scale
    return { scaleMin: fit * 0.7, scaleMax: Math.max(fit * 1.5, seatRadiusMaxPx / seatRadius) }
  }

  function moveTo(next: Camera): void {
    fitted = false
    glide = null
    camera = keepInSight(next, box, viewport)
    invalidate()
  }

  function glideTo(next: Camera): void {
    fitted = false
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches
    glide = still ? null : { from: camera, to: next, startMs: performance.now() }
    if (still) camera = next
    invalidate()
  }

  const middle = () => ({ x: viewport.width / 2, y: viewport.height / 2 })
  const readableScale = () => Math.min(limits().scaleMax, readableRadiusPx / seatRadius)

  return {
    now: () => camera,
    viewport: () => viewport,
    advance(nowMs) {
      if (!glide) return false
      const t = Math.min(1, Math.max(0, nowMs - glide.startMs) / glideMs)
      camera = between(glide.from, glide.to, 1 - (1 - t) ** 3)
      if (t >= 1) glide = null
      return glide !== null
    },
    isZooming: (nowMs) => nowMs < zoomEndsAtMs || glide !== null,
    resize(next) {
      const centre = toPlan(camera, viewport.width / 2, viewport.height / 2)
      viewport = next
      glide = null
      if (fitted) camera = fitBox(box, viewport, fitMarginPx)
      else
        camera = {
          ...camera,
          x: next.width / 2 - centre.x * camera.scale,
          y: next.height / 2 - centre.y * camera.scale,
        }
      invalidate()
    },
    pan: (dx, dy) => moveTo(panBy(camera, dx, dy)),
    zoom(px, py, factor) {
      zoomEndsAtMs = performance.now() + zoomSettleMs
      clearTimeout(settleTimer)
      settleTimer = setTimeout(invalidate, zoomSettleMs + 1)
      moveTo(zoomAt(camera, px, py, factor, limits()))
    },
    zoomBy(factor) {
      const { x, y } = middle()
      glideTo(keepInSight(zoomAt(glide?.to ?? camera, x, y, factor, limits()), box, viewport))
    },
    comeCloser(px, py) {
      glideTo(keepInSight(zoomAt(camera, px, py, readableScale() / camera.scale, limits()), box, viewport))
    },
    fit() {
      glideTo(fitBox(box, viewport, fitMarginPx))
      fitted = true
    },
    show(point) {
      const { x, y } = middle()
      const larger = Math.max(1, readableScale() / camera.scale)
      const edgePx = Math.min(90, viewport.width / 4, viewport.height / 4)
      moveTo(bringIntoView(zoomAt(camera, x, y, larger, limits()), point, viewport, edgePx))
    },
    close: () => clearTimeout(settleTimer),
  }
}
