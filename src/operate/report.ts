/** What every measurement prints: a table for people, and the same as JSON for machines. */
import { writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'

export interface Figure {
  name: string
  value: number
  unit: string
  /** What was aimed at, if anything was. */
  target: number | null
  holds: boolean | null
  /** A promise of the product, not an aim: broken, it is an incident. */
  promise?: true
}

export interface Report {
  name: string
  startedAt: string
  machine: string
  figures: Figure[]
  notes: string[]
}

export function openReport(name: string): Report {
  const [cpu] = cpus()
  const memoryGb = Math.round(totalmem() / 2 ** 30)
  return {
    name,
    startedAt: new Date().toISOString(),
    machine: `${cpus().length} x ${cpu?.model.trim() ?? 'unknown'}, ${memoryGb} GB, Node ${process.version}`,
    figures: [],
    notes: [],
  }
}

/** A count of what must never happen. */
export function addPromise(report: Report, name: string, broken: number, unit: string): void {
  report.figures.push({ name, value: broken, unit, target: 0, holds: broken === 0, promise: true })
}

export function addFigure(
  report: Report,
  name: string,
  value: number,
  unit: string,
  atMost: number | null = null,
): void {
  const rounded = value >= 100 ? Math.round(value) : Math.round(value * 100) / 100
  report.figures.push({
    name,
    value: rounded,
    unit,
    target: atMost,
    holds: atMost === null ? null : rounded <= atMost,
  })
}

export function printReport(report: Report, jsonFile: string | undefined): void {
  const width = Math.max(...report.figures.map((figure) => figure.name.length))
  console.log(`\n${report.name} · ${report.startedAt}\n${report.machine}\n`)
  for (const figure of report.figures) {
    console.log(
      `${figure.name.padEnd(width)}  ${String(figure.value).padStart(9)} ${figure.unit}${judged(figure)}`,
    )
  }
  for (const note of report.notes) console.log(`\n${note}`)
  if (jsonFile) writeFileSync(jsonFile, `${JSON.stringify(report, null, 2)}\n`)
}

function judged({ target, unit, holds, promise }: Figure): string {
  if (target === null) return ''
  return promise
    ? `   ${holds ? 'kept' : 'BROKEN'}`
    : `   aim ${target} ${unit}: ${holds ? 'reached' : 'missed'}`
}

/** A missed aim is told and is no failure; a broken promise is one. */
export const brokenPromises = (report: Report): Figure[] =>
  report.figures.filter(({ promise, holds }) => promise && holds === false)

/** The value below which `share` of the sorted values lie. */
export function percentile(sorted: number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
}
