/** The catalog: venues, seating plans, events, shows and prices. */
export { createDemo } from './demo/create-demo.ts'
export type { EventPage, EventPosition, EventSearch } from './find-events.ts'
export { type Catalog, openCatalog, type PriceList, type ShowFacts } from './open-catalog.ts'
export { type Plan, vanishedSeats } from './plan.ts'
export type {
  PlanArea,
  PlanCategory,
  PlanDecoration,
  PlanDraft,
  PlanLayout,
  PlanSeat,
  PlanZone,
  SeatTrait,
} from './plan-layout.ts'
export { type StoredVersion, storePlan } from './store-plan.ts'
