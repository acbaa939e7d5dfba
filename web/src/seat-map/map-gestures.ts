/**
 * Turns pointers and the wheel into three intentions: move by, zoom around a point, and tap. One finger or the
 * mouse drags, two fingers pinch and drag at once; a press that hardly moved is a tap.
 */
export interface Gestures {
  pan(dx: number, dy: number): void
  zoom(px: number, py: number, factor: number): void
  tap(px: number, py: number, touch: boolean): void
  /** The mouse is over a point, or left. */
  hover(at: { x: number; y: number } | null): void
}

/** A press that moved less than this is a tap. */
const tapSlopPx = 6
const wheelStepMax = 120

export function listenToGestures(canvas: HTMLCanvasElement, gestures: Gestures): () => void {
  const pressed = new Map<number, { x: number; y: number }>()
  let travelledPx = 0
  let pinched = false
  const listening = new AbortController()
  const options = { signal: listening.signal }

  const at = (event: MouseEvent) => {
    const box = canvas.getBoundingClientRect()
    return { x: event.clientX - box.left, y: event.clientY - box.top }
  }

  canvas.addEventListener(
    'pointerdown',
    (event) => {
      if (event.button !== 0) return
      if (pressed.size === 0) {
        travelledPx = 0
        pinched = false
      }
      pressed.set(event.pointerId, at(event))
      canvas.setPointerCapture(event.pointerId)
      if (pressed.size > 1) pinched = true
    },
    options,
  )

  canvas.addEventListener(
    'pointermove',
    (event) => {
      const now = at(event)
      const before = pressed.get(event.pointerId)
      if (!before) {
        if (event.pointerType !== 'touch') gestures.hover(now)
        return
      }
      travelledPx += Math.hypot(now.x - before.x, now.y - before.y)
      const other = [...pressed].find(([id]) => id !== event.pointerId)?.[1]
      pressed.set(event.pointerId, now)
      if (!pinched && travelledPx < tapSlopPx) return
      if (!other) {
        gestures.pan(now.x - before.x, now.y - before.y)
        return
      }
      const spanBefore = Math.hypot(before.x - other.x, before.y - other.y)
      const span = Math.hypot(now.x - other.x, now.y - other.y)
      gestures.pan((now.x - before.x) / 2, (now.y - before.y) / 2)
      if (spanBefore > 0) gestures.zoom((now.x + other.x) / 2, (now.y + other.y) / 2, span / spanBefore)
    },
    options,
  )

  const release = (event: PointerEvent) => {
    const wasPressed = pressed.delete(event.pointerId)
    if (!wasPressed || event.type !== 'pointerup' || pinched || travelledPx >= tapSlopPx) return
    const { x, y } = at(event)
    gestures.tap(x, y, event.pointerType === 'touch')
  }
  canvas.addEventListener('pointerup', release, options)
  canvas.addEventListener('pointercancel', release, options)
  canvas.addEventListener(
    'pointerleave',
    (event) => {
      if (event.pointerType !== 'touch') gestures.hover(null)
    },
    options,
  )

  canvas.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault()
      const { x, y } = at(event)
      if (event.shiftKey) {
        gestures.pan(-event.deltaX - event.deltaY, 0)
        return
      }
      const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1
      const delta = Math.max(-wheelStepMax, Math.min(wheelStepMax, event.deltaY * unit))
      // A trackpad's pinch arrives as a wheel with ctrl held and small steps.
      gestures.zoom(x, y, Math.exp(-delta * (event.ctrlKey ? 0.01 : 0.0022)))
    },
    { ...options, passive: false },
  )

  return () => listening.abort()
}
