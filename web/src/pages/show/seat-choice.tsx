/** Choosing seats: the live map or the list beside it, and the basket they fill. */
import { useMemo, useState } from 'react'
import { marksOf, placesOf } from '../../basket/basket-state.ts'
import { seatCodes } from '../../live-map/index.ts'
import type { MapTarget } from '../../seat-map/map-canvas.ts'
import type { PlanIndex } from '../../seat-map/plan-index.ts'
import { lookOf, looks } from '../../seat-map/seat-look.ts'
import { Loading, Problem } from '../problem.tsx'
import { AreaPanel } from './area-panel.tsx'
import { BasketPanel } from './basket-panel.tsx'
import { ConnectionMark } from './connection-mark.tsx'
import { MapLegend } from './map-legend.tsx'
import { SeatList } from './seat-list.tsx'
import { SeatMapView } from './seat-map-view.tsx'
import type { ShowForPage } from './show-documents.ts'
import { useBasket } from './use-basket.ts'
import { useCalmStatuses, useLiveMap, usePlan } from './use-show-map.ts'

export function SeatChoice({ show, planUrl }: { show: ShowForPage; planUrl: string }) {
  const [retry, setRetry] = useState(0)
  const plan = usePlan(planUrl, retry)
  if (plan.kind === 'loading') return <Loading what="the seat map" />
  if (plan.kind === 'failed') {
    return (
      <Problem title="The seat map could not be loaded" text={plan.text} retry={() => setRetry(retry + 1)} />
    )
  }
  return <SeatsOfPlan show={show} index={plan.index} />
}

function SeatsOfPlan({ show, index }: { show: ShowForPage; index: PlanIndex }) {
  const live = useLiveMap(show.id, true)
  const statuses = useCalmStatuses(live)
  const { basket, live: liveBasket } = useBasket(show.id)
  const [view, setView] = useState<'map' | 'list'>('map')
  const [emphasis, setEmphasis] = useState<number | null>(null)
  const [chosenArea, setChosenArea] = useState<string | null>(null)
  const open = show.saleStatus === 'ON_SALE'

  const prices = useMemo(
    () => new Map(show.prices.map(({ category, price }) => [category.key, price.text])),
    [show],
  )
  const areaNames = useMemo(() => new Map(index.areas.map(({ area }) => [area.key, area.name])), [index])
  const marks = useMemo(() => marksOf(basket), [basket])
  const areaFree = useMemo(() => countFree(index, statuses), [index, statuses])
  const areaMine = useMemo(
    () => new Map(index.areas.map(({ area }) => [area.key, placesOf(basket, area.key)])),
    [index, basket],
  )

  const toggle = (seat: number) => {
    const planSeat = index.plan.seats[seat]
    if (!planSeat || !live || !liveBasket || !open) return
    const look = lookOf(planSeat.seatNo, live.statusOf(planSeat.seatNo), marks)
    const paying = basket.paying.some(({ seats }) => seats.some(({ seatNo }) => seatNo === planSeat.seatNo))
    if (paying || (look !== looks.available && look < looks.mine)) return
    liveBasket.toggleSeat({ seatNo: planSeat.seatNo, seatId: planSeat.seatId })
  }
  const pick = (target: MapTarget) => {
    if (target.kind === 'seat') toggle(target.seat)
    else setChosenArea(target.key)
  }

  return (
    <div className="seat-choice">
      <div className="seat-side">
        <div className="seat-bar">
          <fieldset className="view-switch">
            <legend className="visually-hidden">How to choose</legend>
            <button type="button" aria-pressed={view === 'map'} onClick={() => setView('map')}>
              Map
            </button>
            <button type="button" aria-pressed={view === 'list'} onClick={() => setView('list')}>
              List
            </button>
          </fieldset>
          <ConnectionMark live={live} />
        </div>
        {live && view === 'map' && (
          <SeatMapView
            index={index}
            live={live}
            marks={marks}
            areaFree={areaFree}
            areaMine={areaMine}
            prices={prices}
            emphasis={emphasis}
            onPick={pick}
          />
        )}
        {view === 'list' && (
          <SeatList
            index={index}
            statuses={statuses}
            marks={marks}
            prices={prices}
            open={open}
            onToggle={toggle}
          />
        )}
        {view === 'map' && (
          <MapLegend index={index} prices={prices} emphasis={emphasis} onEmphasise={setEmphasis} />
        )}
      </div>
      <aside className="side-panel">
        {!open && (
          <p className="notice" data-tone="told">
            Seats of this show cannot be bought now. The map shows how it stands.
          </p>
        )}
        {liveBasket && (
          <>
            <AreaPanel
              index={index}
              free={areaFree}
              prices={prices}
              basket={basket}
              live={liveBasket}
              chosen={chosenArea}
              open={open}
            />
            {(open || basket.lock) && (
              <BasketPanel
                basket={basket}
                live={liveBasket}
                seatsPerBuyerMax={show.seatsPerBuyerMax ?? null}
                areaNames={areaNames}
              />
            )}
          </>
        )}
      </aside>
    </div>
  )
}

function countFree(index: PlanIndex, statuses: Uint8Array | null): Map<string, number> {
  const free = new Map<string, number>()
  for (const { area } of index.areas) {
    let count = 0
    for (const [from, to] of area.places) {
      for (let seatNo = from; seatNo < to; seatNo++) if (statuses?.[seatNo] === seatCodes.available) count++
    }
    free.set(area.key, count)
  }
  return free
}
