/** How a seat is named on paper and in a list: zone, row and number, or the standing area. */
import type { Plan } from '../catalog/index.ts'
import { builder } from './builder.ts'
import type { Context } from './context.ts'
import { zoneName } from './seat.ts'

/** A seat of a show, as a booking, a ticket or a quote knows it. */
export interface SeatOfShow {
  showId: number
  seatNo: number
  seatId: string
}

interface SeatLabelShape {
  zone: string | null
  row: string | null
  number: string | null
  area: string | null
  text: string
}

const SeatLabel = builder.objectRef<SeatLabelShape>('SeatLabel').implement({
  description: 'A seat or a standing place as people call it, for tickets and lists.',
  fields: (t) => ({
    text: t.exposeString('text', {
      description: 'All of it in English: "Stalls, row C, seat 14", or the name of the standing area.',
    }),
    zone: t.exposeString('zone', {
      nullable: true,
      description: 'Name of the zone. Null where the plan has none.',
    }),
    row: t.exposeString('row', {
      nullable: true,
      description: 'Label of the row. Null for a standing place and where rows have no labels.',
    }),
    number: t.exposeString('number', {
      nullable: true,
      description: 'Label of the seat in its row. Null for a standing place.',
    }),
    area: t.exposeString('area', {
      nullable: true,
      description: 'Name of the standing area. Null for a seat.',
    }),
  }),
})

/** The field that whatever is about one seat has. */
export const seatLabel = {
  type: SeatLabel,
  description: 'How people call the seat, to be printed.',
  resolve: async ({ showId, seatNo, seatId }: SeatOfShow, _args: object, { loaders }: Context) => {
    const show = await loaders.shows.load(showId)
    const plan = show?.planVersionId == null ? null : await loaders.plans.load(show.planVersionId)
    return (plan && labelIn(plan, seatNo)) ?? { ...nameless, text: seatId }
  },
}

const nameless = { zone: null, row: null, number: null, area: null }

/** Null: this version of the plan has the seat no more. */
function labelIn(plan: Plan, seatNo: number): SeatLabelShape | null {
  const seat = plan.seatOf(seatNo)
  if (seat) {
    const zone = zoneName(plan, seat.zone) || null
    const row = seat.row || null
    const number = seat.number || null
    const text = [zone, row && `row ${row}`, number && `seat ${number}`].filter(Boolean).join(', ')
    return { zone, row, number, area: null, text: text || seat.seatId }
  }
  const area = plan.areaOf(seatNo)
  return area
    ? { ...nameless, zone: zoneName(plan, area.zone) || null, area: area.name, text: area.name }
    : null
}
