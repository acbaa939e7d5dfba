/** The catalog: venues, seating plans, events, shows and prices. */
export { createDemo } from './demo/create-demo.ts'
export { equalBlock } from './equal-block.ts'
export type { EventPage, EventPosition, EventSearch } from './find-events.ts'
export { type ImportProblem, Problems } from './import/problems.ts'
export { readJsonFile } from './import/read-json.ts'
export { slug } from './import/slug.ts'
export { isTimeZone, sayLocalTime } from './local-time.ts'
export { type Catalog, openCatalog, type PriceList, type ShowFacts } from './open-catalog.ts'
export { readSeason } from './philharmonic/read-season.ts'
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
export { countSeats, readPretixPlan } from './pretix/read-plan.ts'
export { type Discount, type Fee, type PriceRules, type QuotedLine, quote, type Tax } from './quote.ts'
export { type SeatLabel, seatLabelOf, zoneName } from './seat-label.ts'
export { type StoredVersion, storePlan } from './store-plan.ts'
export { type SeasonCounts, type StoredSeason, storeSeason } from './store-season.ts'
