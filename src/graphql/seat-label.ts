/** The field that names a seat as people call it. */
import { type SeatLabel as SeatLabelShape, seatLabelOf } from '../catalog/index.ts'
import { builder } from './builder.ts'
import type { Context } from './context.ts'

/** A seat of a show, as a booking, a ticket or a quote knows it. */
export interface SeatOfShow {
  showId: number
  seatNo: number
  seatId: string
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
    return seatLabelOf(plan, seatNo, seatId)
  },
}
