/** Seats and standing areas as objects, for those who do not want to read the packed map. */
import {
  type Plan,
  type PlanArea,
  type PlanCategory,
  type PlanSeat,
  type PriceList,
  zoneName,
} from '../catalog/index.ts'
import type { Amount } from '../platform/currency.ts'
import type { StatusLetter } from '../seating/index.ts'
import { builder } from './builder.ts'
import { Money } from './money.ts'
import { categoryOf, SeatCategory } from './plan.ts'
import { SeatStatus } from './seat-status.ts'

export interface SeatShape {
  seat: PlanSeat
  zone: string
  category: PlanCategory
  price: Amount | null
  status: StatusLetter
}

export interface StandingAreaShape {
  area: PlanArea
  category: PlanCategory
  price: Amount | null
  free: number
}

const SeatTrait = builder.enumType('SeatTrait', {
  description: 'What is special about a seat.',
  values: {
    WHEELCHAIR: { value: 'wheelchair', description: 'A place for a wheelchair.' },
    COMPANION: { value: 'companion', description: 'Beside a wheelchair place, for the companion.' },
    RESTRICTED_VIEW: { value: 'restricted_view', description: 'Part of the stage cannot be seen from here.' },
  } as const,
})

export const Seat = builder.objectRef<SeatShape>('Seat').implement({
  description: 'A seat of a show.',
  fields: (t) => ({
    seatNo: t.int({
      description:
        'Index of the seat in `SeatMap.statuses` and in frames; stable across the plan’s versions.',
      resolve: ({ seat }) => seat.seatNo,
    }),
    seatId: t.string({
      description: 'The plan’s own name of the seat, for `lockSeats`.',
      resolve: ({ seat }) => seat.seatId,
    }),
    zone: t.string({ description: 'Name of the zone it stands in.', resolve: ({ zone }) => zone }),
    row: t.string({ description: 'Label of the row.', resolve: ({ seat }) => seat.row }),
    number: t.string({ description: 'Label of the seat in its row.', resolve: ({ seat }) => seat.number }),
    category: t.field({
      type: SeatCategory,
      description: 'Its price category.',
      resolve: ({ category }) => category,
    }),
    price: t.field({
      type: Money,
      nullable: true,
      description: 'What it costs. Null where its category has no price.',
      resolve: ({ price }) => price,
    }),
    traits: t.field({
      type: [SeatTrait],
      description: 'What is special about it.',
      resolve: ({ seat }) => seat.traits,
    }),
    x: t.float({ description: 'Position on the plan, to the right.', resolve: ({ seat }) => seat.x }),
    y: t.float({ description: 'Position on the plan, downwards.', resolve: ({ seat }) => seat.y }),
    status: t.field({
      type: SeatStatus,
      description: 'What can be done with it, at the map’s epoch and seq.',
      resolve: ({ status }) => status,
    }),
  }),
})

export const StandingArea = builder.objectRef<StandingAreaShape>('StandingArea').implement({
  description: 'A block of interchangeable places: you buy a number of them, not certain ones.',
  fields: (t) => ({
    key: t.string({ description: 'Name of the area for `lockSeats`.', resolve: ({ area }) => area.key }),
    name: t.string({ description: 'Name for people.', resolve: ({ area }) => area.name }),
    category: t.field({
      type: SeatCategory,
      description: 'Its price category.',
      resolve: ({ category }) => category,
    }),
    price: t.field({
      type: Money,
      nullable: true,
      description: 'What one place costs. Null where its category has no price.',
      resolve: ({ price }) => price,
    }),
    capacity: t.int({ description: 'How many places there are.', resolve: ({ area }) => capacityOf(area) }),
    free: t.exposeInt('free', { description: 'How many are free, at the map’s epoch and seq.' }),
  }),
})

export function priceOf(list: PriceList | null, category: string): Amount | null {
  const amountMinor = list?.prices[category]
  return list && amountMinor !== undefined ? { amountMinor, currency: list.currency } : null
}

export function seatShape(
  plan: Plan,
  list: PriceList | null,
  seat: PlanSeat,
  status: StatusLetter,
): SeatShape {
  return {
    seat,
    zone: zoneName(plan, seat.zone),
    category: categoryOf(plan, seat.category),
    price: priceOf(list, seat.category),
    status,
  }
}

function capacityOf(area: PlanArea): number {
  return area.places.reduce((sum, [from, to]) => sum + to - from, 0)
}
