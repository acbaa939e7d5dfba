/**
 * Where the viewer stands: a point of the plan at (wx, wy) is drawn at (wx * scale + x, wy * scale + y) in CSS
 * pixels. Pure arithmetic; the plan can never be lost out of sight.
 */
import type { Point } from './plan.ts'

export interface Camera {
  scale: number
  x: number
  y: number
}

export interface Box {
  left: number
  top: number
  right: number
  bottom: number
}

export interface Viewport {
  width: number
  height: number
}

export interface ScaleLimits {
  scaleMin: number
  scaleMax: number
}

export function fitBox(box: Box, viewport: Viewport, marginPx: number): Camera {
  const width = Math.max(1e-6, box.right - box.left)
  const height = Math.max(1e-6, box.bottom - box.top)
  const scale = Math.min(
    Math.max(1, viewport.width - 2 * marginPx) / width,
    Math.max(1, viewport.height - 2 * marginPx) / height,
  )
  return {
    scale,
    x: viewport.width / 2 - ((box.left + box.right) / 2) * scale,
    y: viewport.height / 2 - ((box.top + box.bottom) / 2) * scale,
  }
}

/** Zooms by a factor while the plan's point under (px, py) stays where it is. */
export function zoomAt(camera: Camera, px: number, py: number, factor: number, limits: ScaleLimits): Camera {
  const scale = Math.min(limits.scaleMax, Math.max(limits.scaleMin, camera.scale * factor))
  const ratio = scale / camera.scale
  return { scale, x: px - (px - camera.x) * ratio, y: py - (py - camera.y) * ratio }
}

export function panBy(camera: Camera, dx: number, dy: number): Camera {
  return { ...camera, x: camera.x + dx, y: camera.y + dy }
}

/** Keeps the middle of the view over the plan. */
export function keepInSight(camera: Camera, box: Box, viewport: Viewport): Camera {
  const centre = toPlan(camera, viewport.width / 2, viewport.height / 2)
  const x = Math.min(box.right, Math.max(box.left, centre.x))
  const y = Math.min(box.bottom, Math.max(box.top, centre.y))
  return { ...camera, x: viewport.width / 2 - x * camera.scale, y: viewport.height / 2 - y * camera.scale }
}

/** Moves just enough that a point of the plan is at least `marginPx` inside the view. */
export function bringIntoView(camera: Camera, point: Point, viewport: Viewport, marginPx: number): Camera {
  const x = point.x * camera.scale + camera.x
  const y = point.y * camera.scale + camera.y
  const inside = (at: number, size: number) =>
    Math.min(Math.max(at, marginPx), Math.max(marginPx, size - marginPx))
  return panBy(camera, inside(x, viewport.width) - x, inside(y, viewport.height) - y)
}

export function toPlan(camera: Camera, px: number, py: number): Point {
  return { x: (px - camera.x) / camera.scale, y: (py - camera.y) / camera.scale }
}

export function boxInView(camera: Camera, viewport: Viewport, marginPx: number): Box {
  const from = toPlan(camera, -marginPx, -marginPx)
  const to = toPlan(camera, viewport.width + marginPx, viewport.height + marginPx)
  return { left: from.x, top: from.y, right: to.x, bottom: to.y }
}

/** Between two cameras; the scale moves evenly to the eye. */
export function between(from: Camera, to: Camera, t: number): Camera {
  const scale = from.scale * (to.scale / from.scale) ** t
  const s = to.scale === from.scale ? t : (scale - from.scale) / (to.scale - from.scale)
  return { scale, x: from.x + (to.x - from.x) * s, y: from.y + (to.y - from.y) * s }
}
