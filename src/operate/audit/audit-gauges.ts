/**
 * The last audit as metrics. Before the first one there are no findings to tell, not zero of them: there are no series,
 * and what is to be watched is the time of the last audit.
 */
import type { Metrics } from '../../platform/metrics.ts'
import type { AuditResult } from './run-audit.ts'

export interface AuditGauges {
  audited(result: AuditResult, at: Date): void
  /** It could not be made at all. */
  failed(): void
}

export function createAuditGauges(metrics: Metrics): AuditGauges {
  const findings = metrics.gauge({
    name: 'audit_findings',
    help: 'Broken promises that the last audit found, by check; anything above 0 is an incident',
    labels: ['check'],
  })
  const unjudged = metrics.gauge({
    name: 'audit_unjudged',
    help: 'Parts that the last audit could not judge, because a server was away',
  })
  const tookSeconds = metrics.gauge({
    name: 'audit_seconds',
    help: 'How long the last audit took, in seconds',
  })
  const endedAt = metrics.gauge({
    name: 'audit_ended_timestamp_seconds',
    help: 'When the last audit ended, in seconds since 1970; 0 when none has',
  })
  const failures = metrics.counter({ name: 'audit_failures_total', help: 'Audits that could not be made' })
  return {
    audited(result, at) {
      for (const check of result.checks) findings.set({ check: check.name }, check.findings)
      unjudged.set(result.unjudged.length)
      tookSeconds.set(result.tookMs / 1000)
      endedAt.set(at.getTime() / 1000)
    },
    failed: () => failures.inc(),
  }
}
