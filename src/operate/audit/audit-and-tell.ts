/** One audit on a schedule: its result becomes metrics, and every listed finding a line of the log. */
import type { Clock } from '../../platform/clock.ts'
import type { AuditGauges } from './audit-gauges.ts'
import { sentenceOf } from './check.ts'
import { type AuditOptions, type AuditResult, runAudit } from './run-audit.ts'

export interface AuditAndTell extends AuditOptions {
  gauges: AuditGauges
  clock: Clock
  log: {
    info(fields: object, message: string): void
    warn(fields: object, message: string): void
    error(fields: object, message: string): void
  }
}

/** Throws what kept it from being made, after the metrics have it. */
export async function auditAndTell({ gauges, clock, log, ...options }: AuditAndTell): Promise<AuditResult> {
  try {
    const result = await runAudit(options)
    gauges.audited(result, clock.now())
    for (const finding of result.findings) {
      const { check, bookingId } = finding
      log.error({ check, bookingId }, `A promise is broken: ${sentenceOf(finding)}`)
    }
    for (const { what, cause, next } of result.unjudged)
      log.warn({ cause }, `${what} could not be audited. ${next}`)
    const { judged, tookMs } = result
    log.info({ ...judged, tookMs: Math.round(tookMs), findings: result.findings.length }, 'Audited')
    return result
  } catch (error) {
    if (!options.signal?.aborted) gauges.failed()
    throw error
  }
}
