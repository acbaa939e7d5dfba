/**
 * The audit of the promises: what is asked, what is broken, and how it is told. docs/audit.md has every check and how to
 * mend what it finds.
 */

export { type AuditAndTell, auditAndTell } from './audit-and-tell.ts'
export type { AuditedGateway } from './audit-gateway.ts'
export { type AuditGauges, createAuditGauges } from './audit-gauges.ts'
export type { AuditedLedgers } from './audit-ledgers.ts'
export type { AuditLimits } from './audit-limits.ts'
export { type AuditReport, auditReport, exitCodeOf } from './audit-report.ts'
export type { Finding } from './check.ts'
export { type LedgersToRead, openLedgersToRead } from './only-read.redis.ts'
export type { StartProgress } from './progress.ts'
export { type AuditOptions, type AuditResult, runAudit } from './run-audit.ts'
export { scheduleAudit } from './schedule-audit.ts'
