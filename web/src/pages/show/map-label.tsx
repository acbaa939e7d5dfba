/** The label at the pointer or the keyboard's cursor: which seat, what it costs, whether it can be had. */
import type { MapTarget } from '../../seat-map/map-canvas.ts'
import type { PlanIndex } from '../../seat-map/plan-index.ts'
import type { Look } from '../../seat-map/seat-look.ts'
import { type Prices, seatWords } from './seat-names.ts'

interface MapLabelProps {
  target: MapTarget
  at: { x: number; y: number }
  index: PlanIndex
  look: Look | null
  prices: Prices
  areaFree: ReadonlyMap<string, number>
}

export function MapLabel({ target, at, index, look, prices, areaFree }: MapLabelProps) {
  // Above the pointer where there is room, else below; never a reason for the page to scroll.
  const below = at.y < 110
  const style = { left: at.x, top: at.y + (below ? 22 : -16) }
  return (
    <div className="map-label" data-below={below || undefined} style={style} aria-hidden="true">
      {target.kind === 'seat' && look !== null ? (
        <SeatLabel index={index} seat={target.seat} look={look} prices={prices} />
      ) : (
        target.kind === 'area' && (
          <AreaLabel
            index={index}
            areaKey={target.key}
            prices={prices}
            free={areaFree.get(target.key) ?? 0}
          />
        )
      )}
    </div>
  )
}

function SeatLabel({
  index,
  seat,
  look,
  prices,
}: {
  index: PlanIndex
  seat: number
  look: Look
  prices: Prices
}) {
  const words = seatWords(index, seat, look, prices)
  const color = index.plan.categories[index.categories[seat] ?? 0]?.color
  return (
    <>
      <strong>{words.name}</strong>
      <span>
        <i className="swatch" style={{ backgroundColor: color }} /> {words.category}{' '}
        {words.price && <b>{words.price}</b>}
      </span>
      {words.traits.length > 0 && <span>{words.traits.join(' · ')}</span>}
      <span className="label-status">{words.status}</span>
    </>
  )
}

function AreaLabel({
  index,
  areaKey,
  prices,
  free,
}: {
  index: PlanIndex
  areaKey: string
  prices: Prices
  free: number
}) {
  const entry = index.areas.find(({ area }) => area.key === areaKey)
  if (!entry) return null
  const category = index.plan.categories[entry.category]
  return (
    <>
      <strong>{entry.area.name}</strong>
      <span>
        <i className="swatch" style={{ backgroundColor: category?.color }} /> {category?.name}{' '}
        <b>{prices.get(category?.key ?? '')}</b>
      </span>
      <span className="label-status">{free > 0 ? `${free} places free` : 'full'}</span>
    </>
  )
}
