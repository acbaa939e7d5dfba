/** Draws what surrounds the seats: the stage and other decorations, standing areas, and labels. */
import { boxInView, type Camera, type Viewport } from './camera.ts'
import { inkOn, type Palette } from './palette.ts'
import type { Point } from './plan.ts'
import { boxAround, centreOf, type PlanIndex } from './plan-index.ts'

/** Row labels appear when a seat has this radius, and zone names go when it has. */
const rowLabelRadiusPx = 4.5
/** A name that would have to be smaller is left out. */
const zoneNameMinPx = 9
const areaNameMinPx = 8

export interface AreaScene {
  /** Free places by area key. */
  free: ReadonlyMap<string, number>
  /** The viewer's own places by area key. */
  mine: ReadonlyMap<string, number>
  hovered: string | null
  emphasis: number | null
}

export function paintDecorations(
  ctx: CanvasRenderingContext2D,
  index: PlanIndex,
  palette: Palette,
  camera: Camera,
): void {
  for (const { label, outline } of index.plan.decorations) {
    traceOutline(ctx, outline, camera)
    ctx.fillStyle = palette.stage
    ctx.fill()
    const box = boxAround(outline)
    const width = (box.right - box.left) * camera.scale
    const height = (box.bottom - box.top) * camera.scale
    const px = Math.min(14, Math.max(width, height) / Math.max(4, label.length))
    if (px < 9 || Math.min(width, height) < px) continue
    const { x, y } = centreOf(outline)
    ctx.save()
    ctx.translate(x * camera.scale + camera.x, y * camera.scale + camera.y)
    // A label runs along the longer side, so a stage at the end of a hall is labelled too.
    if (height > width * 1.5) ctx.rotate(-Math.PI / 2)
    ctx.font = `600 ${px}px ${palette.font}`
    ctx.textAlign = 'center'
    ctx.textBaseline = 'middle'
    ctx.fillStyle = palette.muted
    ctx.fillText(label.toUpperCase(), 0, 0)
    ctx.restore()
  }
}

export function paintAreas(
  ctx: CanvasRenderingContext2D,
  index: PlanIndex,
  palette: Palette,
  camera: Camera,
  scene: AreaScene,
): void {
  for (const { area, category } of index.areas) {
    const color = index.plan.categories[category]?.color ?? '#808080'
    const free = scene.free.get(area.key) ?? 0
    const mine = scene.mine.get(area.key) ?? 0
    const faded = scene.emphasis !== null && scene.emphasis !== category
    traceOutline(ctx, area.outline, camera)
    ctx.globalAlpha = faded ? 0.16 : free > 0 || mine > 0 ? 0.9 : 0.25
    ctx.fillStyle = free > 0 || mine > 0 ? color : palette.taken
    ctx.fill()
    ctx.globalAlpha = 1
    if (mine > 0 || scene.hovered === area.key) {
      ctx.lineWidth = 3
      ctx.strokeStyle = mine > 0 ? palette.mine : palette.ink
      ctx.stroke()
    }
    if (faded) continue
    const px = Math.min(22, (extentOf(area.outline) * camera.scale) / Math.max(8, area.name.length * 0.68))
    if (px < areaNameMinPx) continue
    const at = centreOf(area.outline)
    const ink = free > 0 || mine > 0 ? inkOn(color) : palette.ink
    const told = mine > 0 ? `${mine} yours · ${free} free` : free > 0 ? `${free} free` : 'full'
    paintLabel(ctx, area.name, at, camera, ink, `600 ${px}px ${palette.font}`, -px * 0.62)
    paintLabel(ctx, told, at, camera, ink, `400 ${px * 0.82}px ${palette.font}`, px * 0.62)
  }
}

export function paintLabels(
  ctx: CanvasRenderingContext2D,
  index: PlanIndex,
  palette: Palette,
  camera: Camera,
  viewport: Viewport,
): void {
  const radiusPx = index.radius * camera.scale
  const view = boxInView(camera, viewport, 20)
  if (radiusPx >= rowLabelRadiusPx) {
    ctx.font = `500 ${Math.min(14, Math.max(9, radiusPx * 0.95))}px ${palette.font}`
    ctx.textAlign = 'center'
    ctx.textBaseline = 'middle'
    ctx.fillStyle = palette.muted
    for (const { text, x, y } of index.rowLabels) {
      if (x < view.left || x > view.right || y < view.top || y > view.bottom) continue
      ctx.fillText(text, x * camera.scale + camera.x, y * camera.scale + camera.y)
    }
    return
  }
  const taken: { left: number; right: number; y: number }[] = []
  for (const { text, shortText, x, y, width } of index.zoneLabels) {
    const fitting = (words: string) => Math.min(12, (width * camera.scale) / Math.max(3, words.length * 0.9))
    const words = fitting(text) >= zoneNameMinPx ? text : shortText
    const px = fitting(words)
    if (px < zoneNameMinPx) continue
    const cx = x * camera.scale + camera.x
    const cy = y * camera.scale + camera.y
    const half = words.length * px * 0.34
    const collides = taken.some(
      (t) => cx - half < t.right && cx + half > t.left && Math.abs(cy - t.y) < px * 1.3,
    )
    if (collides) continue
    taken.push({ left: cx - half, right: cx + half, y: cy })
    ctx.font = `600 ${px}px ${palette.font}`
    ctx.textAlign = 'center'
    ctx.textBaseline = 'middle'
    ctx.lineWidth = 3.5
    ctx.lineJoin = 'round'
    ctx.strokeStyle = palette.paper
    ctx.strokeText(words, cx, cy)
    ctx.fillStyle = palette.ink
    ctx.fillText(words, cx, cy)
  }
}

function traceOutline(ctx: CanvasRenderingContext2D, outline: readonly Point[], camera: Camera): void {
  ctx.beginPath()
  for (const { x, y } of outline) ctx.lineTo(x * camera.scale + camera.x, y * camera.scale + camera.y)
  ctx.closePath()
}

function paintLabel(
  ctx: CanvasRenderingContext2D,
  text: string,
  at: Point,
  camera: Camera,
  color: string,
  font: string,
  shiftPx = 0,
): void {
  ctx.font = font
  ctx.textAlign = 'center'
  ctx.textBaseline = 'middle'
  ctx.fillStyle = color
  ctx.fillText(text, at.x * camera.scale + camera.x, at.y * camera.scale + camera.y + shiftPx)
}

function extentOf(outline: readonly Point[]): number {
  const xs = outline.map((point) => point.x)
  return Math.max(...xs) - Math.min(...xs)
}
