/**
 * Draws seats onto a canvas, batched by look and category: one path per batch, because 20,000 single strokes
 * cost ten times as much. What is drawn depends on how large a seat is on screen: squares, then discs, then
 * discs with numbers and signs.
 */
import type { Camera } from './camera.ts'
import { inkOn, type Palette } from './palette.ts'
import { type PlanIndex, traitBits } from './plan-index.ts'
import { type Look, looks } from './seat-look.ts'
import { paintSign } from './seat-signs.ts'

/** From this radius in CSS pixels on, seats are discs. */
const discRadiusPx = 1.7
/** From here on, the looks differ by more than size. */
const detailRadiusPx = 3.2
/** From here on, numbers can be read. */
const numberRadiusPx = 9

export interface SeatScene {
  index: PlanIndex
  palette: Palette
  lookAt(seatIndex: number): Look
  /** Only this category stands out; null shows all alike. */
  emphasis: number | null
}

export function paintSeats(
  ctx: CanvasRenderingContext2D,
  scene: SeatScene,
  camera: Camera,
  seats: readonly number[],
): void {
  const radiusPx = scene.index.radius * camera.scale
  const batches = new Map<number, number[]>()
  for (const seat of seats) {
    const look = scene.lookAt(seat)
    const category = scene.index.categories[seat] as number
    const faded = scene.emphasis !== null && category !== scene.emphasis && look <= looks.notForSale ? 1 : 0
    const key = (category * 8 + look) * 2 + faded
    const batch = batches.get(key)
    if (batch) batch.push(seat)
    else batches.set(key, [seat])
  }
  for (const [key, batch] of batches) {
    ctx.globalAlpha = key & 1 ? 0.16 : 1
    const look = ((key >> 1) & 7) as Look
    const color = scene.index.plan.categories[key >> 4]?.color ?? '#808080'
    paintBatch(ctx, scene, camera, batch, look, color, radiusPx)
    if (radiusPx >= numberRadiusPx) paintNumbers(ctx, scene, camera, batch, look, color, radiusPx)
  }
  ctx.globalAlpha = 1
}

function paintBatch(
  ctx: CanvasRenderingContext2D,
  scene: SeatScene,
  camera: Camera,
  batch: readonly number[],
  look: Look,
  color: string,
  radiusPx: number,
): void {
  const { palette } = scene
  const trace = (grow: number) => tracePath(ctx, scene.index, camera, batch, grow, radiusPx >= discRadiusPx)
  const fill = (style: string, grow: number) => {
    ctx.fillStyle = style
    trace(grow)
    ctx.fill()
  }
  const stroke = (style: string, grow: number, widthPx: number) => {
    ctx.strokeStyle = style
    ctx.lineWidth = widthPx
    trace(grow)
    ctx.stroke()
  }
  const ringPx = Math.max(1, Math.min(2.5, radiusPx * 0.22))
  const small = radiusPx < detailRadiusPx
  switch (look) {
    case looks.available:
      fill(color, 1)
      break
    case looks.locked:
      if (small) {
        fill(palette.locked, 0.8)
        break
      }
      fill(palette.paper, 0.9)
      stroke(palette.locked, 0.84, ringPx)
      fill(palette.locked, 0.34)
      break
    case looks.booked:
      fill(palette.taken, small ? 0.62 : 0.72)
      break
    case looks.notForSale:
      stroke(palette.taken, small ? 0.4 : 0.6, 1)
      break
    case looks.mine:
      fill(palette.mine, 1.25)
      if (!small) stroke(palette.paper, 1.02, ringPx * 0.8)
      break
    case looks.adding:
      fill(color, 1)
      stroke(palette.mine, 1.16, ringPx)
      break
    case looks.removing:
      fill(palette.paper, 1)
      stroke(palette.mine, 1, ringPx)
      break
  }
}

/** Wheelchair and companion places are squares with round corners; all other seats are discs. */
function tracePath(
  ctx: CanvasRenderingContext2D,
  index: PlanIndex,
  camera: Camera,
  batch: readonly number[],
  grow: number,
  round: boolean,
): void {
  const { xs, ys, radii, traits } = index
  ctx.beginPath()
  for (const seat of batch) {
    const x = (xs[seat] as number) * camera.scale + camera.x
    const y = (ys[seat] as number) * camera.scale + camera.y
    const r = Math.max(0.6, (radii[seat] as number) * camera.scale * grow)
    if (!round) {
      ctx.rect(x - r * 0.9, y - r * 0.9, r * 1.8, r * 1.8)
    } else if ((traits[seat] as number) & (traitBits.wheelchair | traitBits.companion)) {
      ctx.roundRect(x - r, y - r, 2 * r, 2 * r, r * 0.35)
    } else {
      ctx.moveTo(x + r, y)
      ctx.arc(x, y, r, 0, 2 * Math.PI)
    }
  }
}

function paintNumbers(
  ctx: CanvasRenderingContext2D,
  scene: SeatScene,
  camera: Camera,
  batch: readonly number[],
  look: Look,
  color: string,
  radiusPx: number,
): void {
  if (look === looks.locked || look === looks.notForSale) return
  const { index, palette } = scene
  const ink = { [looks.available]: inkOn(color), [looks.adding]: inkOn(color), [looks.mine]: palette.onMine }
  ctx.fillStyle = ctx.strokeStyle = ink[look as keyof typeof ink] ?? palette.muted
  ctx.font = `600 ${Math.min(15, radiusPx * 0.92)}px ${palette.font}`
  ctx.textAlign = 'center'
  ctx.textBaseline = 'middle'
  for (const seat of batch) {
    const x = (index.xs[seat] as number) * camera.scale + camera.x
    const y = (index.ys[seat] as number) * camera.scale + camera.y
    const traits = index.traits[seat] as number
    if (traits && paintSign(ctx, traits, x, y, radiusPx)) continue
    ctx.fillText(index.plan.seats[seat]?.number ?? '', x, y + radiusPx * 0.06)
  }
}

/** Two rings, light and dark, so that the cursor shows on every colour. */
export function ringSeat(
  ctx: CanvasRenderingContext2D,
  index: PlanIndex,
  palette: Palette,
  camera: Camera,
  seat: number,
): void {
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
