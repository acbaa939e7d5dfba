/** The audit as a report: one promise a check, what was judged, and every listed finding as a sentence. */
import { addFigure, addPromise, brokenPromises, type Report } from '../report.ts'
import { type Finding, sentenceOf } from './check.ts'
import type { AuditResult, Unjudged } from './run-audit.ts'

export interface AuditReport extends Report {
  findings: Finding[]
  unjudged: Unjudged[]
}

/** `opened` when the audit began. */
export function auditReport(opened: Report, result: AuditResult): AuditReport {
  const report: AuditReport = { ...opened, findings: result.findings, unjudged: result.unjudged }
  for (const { name, findings } of result.checks) addPromise(report, name, findings, 'findings')
  const { bookings, moving, claims, shows, payments, waitForPerson } = result.judged
  addFigure(report, 'bookings judged', bookings, 'bookings')
  addFigure(report, 'bookings left out, they moved just now', moving, 'bookings')
  addFigure(report, 'claims judged', claims, 'claims')
  addFigure(report, 'ledgers compared', shows, 'shows')
  addFigure(report, 'payments looked up at the gateway', payments, 'payments')
  addFigure(report, 'bookings and refunds that wait for a person', waitForPerson, 'waiting')
  addFigure(report, 'time taken', result.tookMs / 1000, 's')
  report.notes.push(...notesOf(result))
  return report
}

function notesOf({ checks, findings, unjudged, notes }: AuditResult): string[] {
  const told = checks
    .filter((check) => check.findings > 0)
    .map(({ name, promise, findings: count }) => {
      const listed = findings.filter(({ check }) => check === name)
      const more = count - listed.length
      return [
        `${name}: ${promise}. Broken ${count} times (docs/audit.md#${name}):`,
        ...listed.map((finding) => `  - ${sentenceOf(finding)}`),
        ...(more > 0 ? [`  … and ${more} more.`] : []),
      ].join('\n')
    })
  const missing = unjudged.map(({ what, cause, next }) => `${what} could not be audited: ${cause}. ${next}`)
  return [...told, ...missing, ...notes]
}

/** 0: everything asked for was judged and holds. 1: a promise is broken. 2: nothing broken was seen, but not all was. */
export function exitCodeOf(report: AuditReport): 0 | 1 | 2 {
  if (brokenPromises(report).length > 0) return 1
  return report.unjudged.length > 0 ? 2 : 0
}
