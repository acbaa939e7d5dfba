/** Operating the product: what is counted, what is seeded, what an operator does by command. */
export { measuredSeating } from './measured-seating.ts'
export { createInstruments, type Instruments } from './metrics.ts'
export { putOnSale } from './put-on-sale.ts'
export { addFigure, openReport, percentile, printReport, type Report } from './report.ts'
export { seedDemo } from './seed-demo.ts'
