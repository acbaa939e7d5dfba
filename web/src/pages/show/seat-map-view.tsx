/**
 * The drawn map with its controls, the label at the pointer, and the keyboard: arrows go from seat to seat,
 * Enter takes or gives back, shift and arrows move the map.
 */
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import type { LiveMap } from '../../live-map/index.ts'
import { type MapCanvas, type MapTarget, openMapCanvas } from '../../seat-map/map-canvas.ts'
import type { PlanIndex } from '../../seat-map/plan-index.ts'
import type { Direction } from '../../seat-map/seat-cursor.ts'
import { type Look, lookOf, type Marks } from '../../seat-map/seat-look.ts'
import { MapLabel } from './map-label.tsx'
import { type Prices, seatWords, spokenSeat } from './seat-names.ts'

export interface SeatMapViewProps {
  index: PlanIndex
  live: LiveMap
  marks: Marks
  areaFree: ReadonlyMap<string, number>
  areaMine: ReadonlyMap<string, number>
  prices: Prices
  emphasis: number | null
  onPick: (target: MapTarget) => void
}

const panStepPx = 80
const zoomStep = 1.5

const directions: Record<string, Direction> = {
  ArrowLeft: { dx: -1, dy: 0 },
  ArrowRight: { dx: 1, dy: 0 },
  ArrowUp: { dx: 0, dy: -1 },
  ArrowDown: { dx: 0, dy: 1 },
}

export function SeatMapView(props: SeatMapViewProps) {
  const { index, live, marks, emphasis } = props
  const canvas = useRef<HTMLCanvasElement>(null)
  const map = useRef<MapCanvas | null>(null)
  const latest = useRef(props)
  latest.current = props
  const shownMarks = useRef<Marks>(marks)
  const [focus, setFocus] = useState<{ target: MapTarget; at: { x: number; y: number } } | null>(null)
  const lookAt = (seat: number): Look => {
    const seatNo = index.seatNos[seat] as number
    return lookOf(seatNo, live.statusOf(seatNo), latest.current.marks)
  }

  // biome-ignore lint/correctness/useExhaustiveDependencies: the canvas reads the rest from `latest`.
  useEffect(() => {
    if (!canvas.current) return
    const opened = openMapCanvas(
      canvas.current,
      index,
      { lookAt, areas: () => ({ free: latest.current.areaFree, mine: latest.current.areaMine }) },
      {
        onFocus: (target, at) => setFocus(target && at ? { target, at } : null),
        onPick: (target) => latest.current.onPick(target),
      },
    )
    map.current = opened
    opened.emphasise(latest.current.emphasis)
    const stop = live.onSeats((changed) => {
      opened.redraw(changed === 'all' ? 'all' : changed.map((seatNo) => index.indexOfSeatNo[seatNo] ?? -1))
    })
    return () => {
      stop()
      opened.close()
      map.current = null
    }
  }, [index, live])

  useEffect(() => {
    const before = shownMarks.current
    shownMarks.current = marks
    const changed = new Set<number>()
    for (const [seatNo, mark] of marks) if (before.get(seatNo) !== mark) changed.add(seatNo)
    for (const seatNo of before.keys()) if (!marks.has(seatNo)) changed.add(seatNo)
    map.current?.redraw([...changed].map((seatNo) => index.indexOfSeatNo[seatNo] ?? -1))
  }, [marks, index])

  // biome-ignore lint/correctness/useExhaustiveDependencies: the counts are read while drawing; here they are a reason to draw.
  useEffect(() => map.current?.redraw([]), [props.areaFree, props.areaMine])
  useEffect(() => map.current?.emphasise(emphasis), [emphasis])

  const onKeyDown = (event: KeyboardEvent) => {
    const handled = handleKey(map.current, event)
    if (handled) event.preventDefault()
  }
  const spoken =
    focus?.target.kind === 'seat'
      ? spokenSeat(seatWords(index, focus.target.seat, lookAt(focus.target.seat), props.prices))
      : ''

  return (
    <div className="seat-map">
      <div
        className="seat-map-stage"
        role="application"
        aria-roledescription="seat map"
        aria-label="Seat map. Arrow keys go from seat to seat, Enter takes a seat or gives it back, plus and minus zoom. The list of seats holds the same."
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the map is operated by keyboard as one widget.
        tabIndex={0}
        onKeyDown={onKeyDown}
        onBlur={() => map.current?.leaveCursor()}
      >
        <canvas ref={canvas} />
      </div>
      {focus && (
        <MapLabel
          target={focus.target}
          at={focus.at}
          index={index}
          look={focus.target.kind === 'seat' ? lookAt(focus.target.seat) : null}
          prices={props.prices}
          areaFree={props.areaFree}
        />
      )}
      <p className="visually-hidden" aria-live="polite">
        {spoken}
      </p>
      <div className="map-controls">
        <button
          type="button"
          aria-label="Zoom in"
          title="Zoom in"
          onClick={() => map.current?.zoomBy(zoomStep)}
        >
          +
        </button>
        <button
          type="button"
          aria-label="Zoom out"
          title="Zoom out"
          onClick={() => map.current?.zoomBy(1 / zoomStep)}
        >
          −
        </button>
        <button
          type="button"
          aria-label="Show the whole hall"
          title="Show the whole hall"
          onClick={() => map.current?.fit()}
        >
          <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
            <path d="M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4" />
          </svg>
        </button>
      </div>
    </div>
  )
}

function handleKey(map: MapCanvas | null, event: KeyboardEvent): boolean {
  if (!map || event.ctrlKey || event.metaKey || event.altKey) return false
  const direction = directions[event.key]
  if (direction) {
    if (event.shiftKey) map.pan(-direction.dx * panStepPx, -direction.dy * panStepPx)
    else map.step(direction)
    return true
  }
  switch (event.key) {
    case '+':
    case '=':
      map.zoomBy(zoomStep)
      return true
    case '-':
      map.zoomBy(1 / zoomStep)
      return true
    case '0':
      map.fit()
      return true
    case 'Enter':
    case ' ':
      map.pickCursor()
      return true
    case 'Escape':
      map.leaveCursor()
      return false
    default:
      return false
  }
}
