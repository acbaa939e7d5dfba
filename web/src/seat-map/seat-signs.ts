/** Small drawn signs in place of a number: a wheelchair place, a companion's seat, a restricted view. */
import { traitBits } from './plan-index.ts'

/** Draws the sign of the seat's first trait that has one; false where a number should stand as usual. */
export function paintSign(
  ctx: CanvasRenderingContext2D,
  traits: number,
  x: number,
  y: number,
  r: number,
): boolean {
  ctx.lineWidth = Math.max(1, r * 0.16)
  ctx.lineCap = 'round'
  ctx.lineJoin = 'round'
  if (traits & traitBits.wheelchair) return paintWheelchair(ctx, x, y, r)
  if (traits & traitBits.companion) return paintCompanion(ctx, x, y, r)
  if (traits & traitBits.restricted_view) paintRestrictedView(ctx, x, y, r)
  return false
}

function paintWheelchair(ctx: CanvasRenderingContext2D, x: number, y: number, r: number): boolean {
  ctx.beginPath()
  ctx.arc(x - r * 0.1, y - r * 0.56, r * 0.15, 0, 2 * Math.PI)
  ctx.fill()
  ctx.beginPath()
  ctx.moveTo(x - r * 0.1, y - r * 0.28)
  ctx.lineTo(x - r * 0.1, y + r * 0.12)
  ctx.lineTo(x + r * 0.32, y + r * 0.12)
  ctx.lineTo(x + r * 0.5, y + r * 0.55)
  ctx.moveTo(x - r * 0.1, y - r * 0.1)
  ctx.lineTo(x + r * 0.22, y - r * 0.1)
  ctx.stroke()
  ctx.beginPath()
  ctx.arc(x - r * 0.06, y + r * 0.28, r * 0.38, -Math.PI * 0.95, Math.PI * 0.2, true)
  ctx.stroke()
  return true
}

function paintCompanion(ctx: CanvasRenderingContext2D, x: number, y: number, r: number): boolean {
  for (const [side, size] of [
    [-0.3, 1],
    [0.36, 0.8],
  ] as const) {
    ctx.beginPath()
    ctx.arc(x + r * side, y - r * 0.28 * size, r * 0.2 * size, 0, 2 * Math.PI)
    ctx.fill()
    ctx.beginPath()
    ctx.arc(x + r * side, y + r * 0.5, r * 0.34 * size, Math.PI, 2 * Math.PI)
    ctx.closePath()
    ctx.fill()
  }
  return true
}

/** A lid over the upper half: the number stays readable below it. */
function paintRestrictedView(ctx: CanvasRenderingContext2D, x: number, y: number, r: number): void {
  ctx.beginPath()
  ctx.arc(x, y, r * 0.78, -Math.PI * 0.85, -Math.PI * 0.15)
  ctx.stroke()
}
