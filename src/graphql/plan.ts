/** Plan versions and the categories in them. The geometry itself is fetched once over plain HTTP by its hash. */
import type { Plan, PlanCategory } from '../catalog/index.ts'
import { builder } from './builder.ts'

export const SeatCategory = builder.objectRef<PlanCategory>('SeatCategory').implement({
  description: 'A class of seats that share a price.',
  fields: (t) => ({
    key: t.exposeString('key', { description: 'Stable name within the plan.' }),
    name: t.exposeString('name', { description: 'Name for people.' }),
    color: t.exposeString('color', { description: 'Colour on the map, "#rrggbb".' }),
  }),
})

export const PlanVersion = builder.objectRef<Plan>('PlanVersion')

builder.node(PlanVersion, {
  id: { resolve: (plan) => plan.id },
  loadOne: (id, { loaders }) => loaders.plans.load(Number(id)),
  description: 'One immutable version of a hall’s seating plan.',
  fields: (t) => ({
    version: t.exposeInt('version', { description: 'Counts the versions of this plan from 1.' }),
    name: t.string({ description: 'Name of the plan.', resolve: (plan) => plan.layout.name }),
    contentHash: t.exposeString('contentHash', {
      description: 'Hash of the layout: the same hash, the same hall.',
    }),
    seatCount: t.exposeInt('seatCount', {
      description: 'How many seat numbers there are: the length of `SeatMap.statuses` in seats.',
    }),
    url: t.string({
      description: 'Path of the layout (seats with positions, zones, areas) as JSON; it never changes.',
      resolve: (plan) => `/v1/plans/${plan.contentHash}`,
    }),
  }),
})

export function categoryOf(plan: Plan, key: string): PlanCategory {
  return (
    plan.layout.categories.find((category) => category.key === key) ?? { key, name: key, color: '#888888' }
  )
}
