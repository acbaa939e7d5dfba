/** Operating the product: what is counted, what is seeded, what an operator does by command. */
export {
  type AuditAndTell,
  type AuditGauges,
  type AuditLimits,
  type AuditOptions,
  type AuditReport,
  type AuditResult,
  auditAndTell,
  auditReport,
  createAuditGauges,
  exitCodeOf,
  openLedgersToRead,
  runAudit,
  type StartProgress,
  scheduleAudit,
} from './audit/index.ts'
export { contradictionsInDocument } from './cost/document.ts'
export { type CostInputs, costDefaults, costOf } from './cost/need.ts'
export { countSealed, rotateSealed, type SealedCount } from './data-keys.ts'
export { guardedBookings } from './guarded-bookings.ts'
export { guardedSeating } from './guarded-seating.ts'
export { type ImportedEvents, importEvents } from './import-events.ts'
export { type ImportedPlan, importPlan } from './import-plan.ts'
export { type ListedShow, listedShowsMax, listShows } from './list-shows.ts'
export { measuredSeating } from './measured-seating.ts'
export { createInstruments, type Instruments } from './metrics.ts'
export { NotSaleable } from './not-saleable.ts'
export { addPromotion, type ListedPromotion, listPromotions } from './promotions.ts'
export {
  addFigure,
  addPromise,
  brokenPromises,
  openReport,
  percentile,
  printReport,
  type Report,
} from './report.ts'
export { seedDemo } from './seed-demo.ts'
export { sellShow } from './sell-show.ts'
export { tidyOutbox } from './tidy-outbox.ts'
