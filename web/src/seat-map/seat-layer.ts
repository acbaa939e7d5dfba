/**
 * The drawn seats, kept as a picture larger than the view. Panning shows another part of the picture, zooming
 * shows it scaled until the hand rests, and a changed seat is drawn over; all seats are drawn again only when
 * the view leaves the picture or its scale has settled.
 */
import { boxInView, type Camera, type Viewport } from './camera.ts'
import { paintSeats, type SeatScene } from './paint-seats.ts'

/** How far the picture reaches beyond the view on each side, as a part of the view. */
const marginPart = 0.3
/** More changed seats than this are drawn by drawing everything. */
const patchSeatsMax = 300

export interface SeatLayer {
  /** Draws the picture onto the view; drawn anew first where it must be. */
  show(ctx: CanvasRenderingContext2D, scene: SeatScene, view: LayerView): void
  /** These seats, or all of them, look different from now on. */
  spoil(seats: readonly number[] | 'all'): void
}

export interface LayerView {
  camera: Camera
  viewport: Viewport
  pixelRatio: number
  /** The scale is still moving: a scaled picture will do. */
  zooming: boolean
}

export function createSeatLayer(): SeatLayer {
  const canvas = document.createElement('canvas')
  const ctx = canvas.getContext('2d')
  let drawn: (LayerView & { marginX: number; marginY: number }) | null = null
  const spoiled = new Set<number>()

  function show(target: CanvasRenderingContext2D, scene: SeatScene, view: LayerView): void {
    if (!ctx) return
    if (!drawn || spoiled.size > patchSeatsMax || !serves(drawn, view)) drawAll(ctx, scene, view)
    else if (spoiled.size > 0) patch(ctx, scene, drawn)
    spoiled.clear()
    if (!drawn) return
    const ratio = view.camera.scale / drawn.camera.scale
    const x = view.camera.x - (drawn.camera.x + drawn.marginX) * ratio
    const y = view.camera.y - (drawn.camera.y + drawn.marginY) * ratio
    const width = (canvas.width / drawn.pixelRatio) * ratio
    const height = (canvas.height / drawn.pixelRatio) * ratio
    target.imageSmoothingEnabled = ratio !== 1
    const snap = (value: number) =>
      ratio === 1 ? Math.round(value * view.pixelRatio) / view.pixelRatio : value
    target.drawImage(canvas, snap(x), snap(y), width, height)
  }

  function drawAll(layer: CanvasRenderingContext2D, scene: SeatScene, view: LayerView): void {
    const marginX = Math.round(view.viewport.width * marginPart)
    const marginY = Math.round(view.viewport.height * marginPart)
    const width = Math.round((view.viewport.width + 2 * marginX) * view.pixelRatio)
    const height = Math.round((view.viewport.height + 2 * marginY) * view.pixelRatio)
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width
      canvas.height = height
    }
    drawn = { ...view, marginX, marginY }
    layer.setTransform(1, 0, 0, 1, 0, 0)
    layer.clearRect(0, 0, width, height)
    layer.setTransform(
      view.pixelRatio,
      0,
      0,
      view.pixelRatio,
      marginX * view.pixelRatio,
      marginY * view.pixelRatio,
    )
    const seats: number[] = []
    const { left, top, right, bottom } = boxInView(view.camera, view.viewport, Math.max(marginX, marginY))
    scene.index.grid.visit(left, top, right, bottom, (seat) => seats.push(seat))
    paintSeats(layer, scene, view.camera, seats)
  }

  /** Clears the squares of the spoiled seats and draws again, within them, every seat they cut into. */
  function patch(layer: CanvasRenderingContext2D, scene: SeatScene, view: LayerView): void {
    const { grid, xs, ys, radius } = scene.index
    const reach = radius * 1.4 + 1 / view.camera.scale
    const touched = new Set<number>()
    layer.save()
    layer.beginPath()
    for (const seat of spoiled) {
      const x = xs[seat] as number
      const y = ys[seat] as number
      const left = (x - reach) * view.camera.scale + view.camera.x
      const top = (y - reach) * view.camera.scale + view.camera.y
      layer.rect(left, top, 2 * reach * view.camera.scale, 2 * reach * view.camera.scale)
      grid.visit(x - 2 * reach, y - 2 * reach, x + 2 * reach, y + 2 * reach, (other) => {
        const near = Math.max(Math.abs((xs[other] as number) - x), Math.abs((ys[other] as number) - y))
        if (near <= 2 * reach) touched.add(other)
      })
    }
    layer.clip()
    layer.clearRect(
      -view.viewport.width,
      -view.viewport.height,
      3 * view.viewport.width,
      3 * view.viewport.height,
    )
    paintSeats(layer, scene, view.camera, [...touched])
    layer.restore()
  }

  return {
    show,
    spoil(seats) {
      if (seats === 'all') drawn = null
      else for (const seat of seats) if (seat >= 0) spoiled.add(seat)
    },
  }
}

function serves(drawn: LayerView & { marginX: number; marginY: number }, view: LayerView): boolean {
  if (drawn.viewport.width !== view.viewport.width || drawn.viewport.height !== view.viewport.height)
    return false
  if (drawn.pixelRatio !== view.pixelRatio) return false
  const ratio = view.camera.scale / drawn.camera.scale
  if (ratio !== 1 && !view.zooming) return false
  if (ratio > 3 || ratio < 0.4) return false
  if (ratio < 1) return true
  const left = view.camera.x - (drawn.camera.x + drawn.marginX) * ratio
  const top = view.camera.y - (drawn.camera.y + drawn.marginY) * ratio
  const right = left + (drawn.viewport.width + 2 * drawn.marginX) * ratio
  const bottom = top + (drawn.viewport.height + 2 * drawn.marginY) * ratio
  return left <= 0 && top <= 0 && right >= view.viewport.width && bottom >= view.viewport.height
}
