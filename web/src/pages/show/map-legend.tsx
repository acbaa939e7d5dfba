/** What the colours and forms mean, with prices. A category can be singled out on the map. */
import type { PlanIndex } from '../../seat-map/plan-index.ts'
import type { Prices } from './seat-names.ts'

interface MapLegendProps {
  index: PlanIndex
  prices: Prices
  emphasis: number | null
  onEmphasise: (category: number | null) => void
}

const forms = [
  { form: 'mine', text: 'Yours' },
  { form: 'locked', text: 'Being chosen' },
  { form: 'booked', text: 'Sold' },
] as const

export function MapLegend({ index, prices, emphasis, onEmphasise }: MapLegendProps) {
  const used = new Set<number>([...index.categories, ...index.areas.map(({ category }) => category)])
  return (
    <div className="legend">
      <fieldset className="legend-categories">
        <legend className="visually-hidden">Show only one price category</legend>
        {index.plan.categories.map((category, i) =>
          used.has(i) ? (
            <button
              key={category.key}
              type="button"
              aria-pressed={emphasis === i}
              onClick={() => onEmphasise(emphasis === i ? null : i)}
            >
              <i className="swatch" style={{ backgroundColor: category.color }} /> {category.name}{' '}
              <b>{prices.get(category.key) ?? ''}</b>
            </button>
          ) : null,
        )}
      </fieldset>
      <ul className="legend-forms" aria-label="Forms on the map">
        {forms.map(({ form, text }) => (
          <li key={form}>
            <i className="form" data-form={form} /> {text}
          </li>
        ))}
      </ul>
    </div>
  )
}
