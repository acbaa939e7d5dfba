/**
 * The map in words, for the keyboard and for screen readers: pick a zone, a category, a row, and take seats from
 * a list. It holds everything the map holds and is bounded, so 20,000 seats never become 20,000 buttons.
 */
import { useMemo, useState } from 'react'
import type { SeatCode } from '../../live-map/index.ts'
import type { PlanIndex } from '../../seat-map/plan-index.ts'
import { lookOf, looks, type Marks } from '../../seat-map/seat-look.ts'
import { type Prices, seatWords, spokenSeat } from './seat-names.ts'

interface SeatListProps {
  index: PlanIndex
  statuses: Uint8Array | null
  marks: Marks
  prices: Prices
  open: boolean
  onToggle: (seatIndex: number) => void
}

const rowsMax = 12

interface Filter {
  zone: string
  category: string
  row: string
  free: boolean
}

export function SeatList({ index, statuses, marks, prices, open, onToggle }: SeatListProps) {
  const zones = useMemo(() => zonesWithSeats(index), [index])
  const [filter, setFilter] = useState<Filter>({
    zone: zones[0]?.key ?? '',
    category: '',
    row: '',
    free: true,
  })
  const [rowsShown, setRowsShown] = useState(rowsMax)
  const lookAt = (seat: number) => {
    const seatNo = index.seatNos[seat] as number
    return lookOf(seatNo, (statuses?.[seatNo] ?? 3) as SeatCode, marks)
  }
  const change = (next: Partial<Filter>) => {
    setFilter({ ...filter, ...next })
    setRowsShown(rowsMax)
  }
  const rows = rowsOf(index, filter, lookAt)
  const rowNames = [
    ...new Set(index.plan.seats.filter(({ zone }) => zone === filter.zone).map(({ row }) => row)),
  ]

  return (
    <div className="seat-list">
      <div className="seat-list-filter">
        <Choice
          label="Zone"
          value={filter.zone}
          options={zones.map(({ key, name }) => [key, name])}
          onChange={(zone) => change({ zone, row: '' })}
        />
        <Choice
          label="Price category"
          value={filter.category}
          options={[
            ['', 'All'],
            ...index.plan.categories.map(
              ({ key, name }) => [key, `${name} ${prices.get(key) ?? ''}`] as const,
            ),
          ]}
          onChange={(category) => change({ category })}
        />
        <Choice
          label="Row"
          value={filter.row}
          options={[['', 'All'], ...rowNames.map((row) => [row, row] as const)]}
          onChange={(row) => change({ row })}
        />
        <label className="check">
          <input
            type="checkbox"
            checked={filter.free}
            onChange={(event) => change({ free: event.target.checked })}
          />{' '}
          Free seats only
        </label>
      </div>
      {rows.length === 0 && <p className="empty">No such seats. Choose another zone, row or category.</p>}
      {rows.slice(0, rowsShown).map(({ row, seats }) => (
        <fieldset key={row} className="seat-row">
          <legend>Row {row}</legend>
          <div>
            {seats.map((seat) => {
              const look = lookAt(seat)
              const yours = look === looks.mine || look === looks.adding
              const words = seatWords(index, seat, look, prices)
              return (
                <button
                  key={seat}
                  type="button"
                  className="seat-button"
                  data-look={look}
                  aria-pressed={yours}
                  aria-label={spokenSeat(words)}
                  title={spokenSeat(words)}
                  disabled={!open || (look !== looks.available && !yours)}
                  onClick={() => onToggle(seat)}
                >
                  <i
                    className="swatch"
                    style={{ backgroundColor: index.plan.categories[index.categories[seat] ?? 0]?.color }}
                  />
                  {index.plan.seats[seat]?.number}
                </button>
              )
            })}
          </div>
        </fieldset>
      ))}
      {rows.length > rowsShown && (
        <button type="button" className="button" onClick={() => setRowsShown(rowsShown + rowsMax)}>
          Show more rows
        </button>
      )}
    </div>
  )
}

function zonesWithSeats({ plan }: PlanIndex) {
  const seated = new Set(plan.seats.map(({ zone }) => zone))
  return plan.zones.filter(({ key }) => seated.has(key))
}

function rowsOf(
  index: PlanIndex,
  filter: Filter,
  lookAt: (seat: number) => number,
): { row: string; seats: number[] }[] {
  const rows = new Map<string, number[]>()
  index.plan.seats.forEach((seat, i) => {
    if (seat.zone !== filter.zone || (filter.row && seat.row !== filter.row)) return
    if (filter.category && seat.category !== filter.category) return
    const look = lookAt(i)
    if (filter.free && look !== looks.available && look < looks.mine) return
    const row = rows.get(seat.row)
    if (row) row.push(i)
    else rows.set(seat.row, [i])
  })
  return [...rows].map(([row, seats]) => ({ row, seats }))
}

interface ChoiceProps {
  label: string
  value: string
  options: readonly (readonly [value: string, text: string])[]
  onChange: (value: string) => void
}

function Choice({ label, value, options, onChange }: ChoiceProps) {
  return (
    <label>
      <span>{label}</span>
      <select value={value} onChange={(event) => onChange(event.target.value)}>
        {options.map(([key, text]) => (
          <option key={key} value={key}>
            {text}
          </option>
        ))}
      </select>
    </label>
  )
}
