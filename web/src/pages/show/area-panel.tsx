/** Standing areas: how many places are free, and a stepper for one's own. */
import type { LiveBasket } from '../../basket/basket.ts'
import { type Basket, placesOf } from '../../basket/basket-state.ts'
import type { PlanIndex } from '../../seat-map/plan-index.ts'
import type { Prices } from './seat-names.ts'

interface AreaPanelProps {
  index: PlanIndex
  free: ReadonlyMap<string, number>
  prices: Prices
  basket: Basket
  live: LiveBasket
  chosen: string | null
  open: boolean
}

export function AreaPanel({ index, free, prices, basket, live, chosen, open }: AreaPanelProps) {
  if (index.areas.length === 0) return null
  return (
    <section className="areas" aria-label="Standing areas">
      <h2>Standing</h2>
      <ul>
        {index.areas.map(({ area, category }) => {
          const left = free.get(area.key) ?? 0
          const mine = placesOf(basket, area.key)
          const told = index.plan.categories[category]
          return (
            <li key={area.key} data-chosen={chosen === area.key || undefined}>
              <i className="swatch" style={{ backgroundColor: told?.color }} />
              <span className="area-name">
                {area.name}
                <small>
                  {prices.get(area.category) ?? ''} · {left > 0 ? `${left} free` : 'full'}
                </small>
              </span>
              <fieldset className="stepper">
                <legend className="visually-hidden">Places in {area.name}</legend>
                <button
                  type="button"
                  aria-label={`One place less in ${area.name}`}
                  disabled={mine === 0}
                  onClick={() => live.givePlace(area.key)}
                >
                  −
                </button>
                <output aria-label={`Your places in ${area.name}`}>{mine}</output>
                <button
                  type="button"
                  aria-label={`One place more in ${area.name}`}
                  disabled={!open || left === 0}
                  onClick={() => live.takePlaces(area.key, 1)}
                >
                  +
                </button>
              </fieldset>
            </li>
          )
        })}
      </ul>
    </section>
  )
}
