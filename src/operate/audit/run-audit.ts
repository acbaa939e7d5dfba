/**
 * The audit: asks a live system whether the promises hold, and changes nothing. Only what has been still for a while is
 * judged, so that work under way is never mistaken for a broken promise. What could not be judged is told apart from
 * what is right.
 */
import { setTimeout as pause } from 'node:timers/promises'
import type { Pool } from '../../platform/postgres.ts'
import {
  type AuditedGateway,
  askGateway,
  gatewayCheck,
  readSettled,
  type SettledPayment,
} from './audit-gateway.ts'
import { type AuditedLedgers, isAway, ledgerCheck, lookAgain, lookAtLedgers } from './audit-ledgers.ts'
import { type AuditLimits, auditLimits } from './audit-limits.ts'
import { type AuditedRows, auditRows } from './audit-rows.ts'
import type { Finding } from './check.ts'
import type { StartProgress } from './progress.ts'
import { type CheckResult, openTally, type Tally } from './tally.ts'

export interface AuditOptions {
  /** It is only read from; a pool whose server refuses writes will do. */
  pool: Pool
  /** Absent: they are not compared. */
  ledgers?: AuditedLedgers
  /** Absent: the gateway is not asked. */
  gateway?: AuditedGateway
  limits?: Partial<AuditLimits>
  /** Milliseconds that only go forward. */
  nowMs: () => number
  signal?: AbortSignal
  startProgress?: StartProgress
}

export interface AuditResult {
  /** Every check that was made, with all its findings counted. */
  checks: CheckResult[]
  /** The first findings of each check. */
  findings: Finding[]
  judged: AuditedRows & { shows: number; payments: number }
  /** What could not be judged, and why. Empty: everything that was asked for was. */
  unjudged: Unjudged[]
  notes: string[]
  tookMs: number
}

export interface Unjudged {
  what: string
  cause: string
  next: string
}

interface Audit extends Required<Pick<AuditOptions, 'pool' | 'nowMs' | 'startProgress'>> {
  limits: AuditLimits
  tally: Tally
  goOn: () => void
  unjudged: Unjudged[]
  notes: string[]
}

/** Throws when PostgreSQL cannot be asked, or the signal ends it. */
export async function runAudit(options: AuditOptions): Promise<AuditResult> {
  const { nowMs, signal } = options
  const startedMs = nowMs()
  const limits = { ...auditLimits, ...options.limits }
  const audit: Audit = {
    ...{ pool: options.pool, nowMs, limits, unjudged: [], notes: [] },
    tally: openTally(limits.findingsPerCheckMax),
    goOn: () => signal?.throwIfAborted(),
    startProgress: options.startProgress ?? (() => ({ steps() {}, end() {} })),
  }
  const settleLedgers = await beginLedgers(audit, options.ledgers, signal)
  const settled: SettledPayment[] = []
  let payments = 0
  const { gateway } = options
  const rows = await auditRows({
    ...audit,
    async onPage(snapshot, page) {
      if (!gateway) return
      const found = await readSettled(snapshot, page, limits)
      payments += found.length
      settled.push(...found.slice(0, Math.max(0, limits.gatewayLooksMax - settled.length)))
    },
  })
  const looked = gateway ? await auditGateway(audit, gateway, settled, payments) : 0
  const shows = await settleLedgers()
  return {
    checks: audit.tally.checks(),
    findings: audit.tally.listed(),
    judged: { ...rows, shows, payments: looked },
    ...{ unjudged: audit.unjudged, notes: audit.notes },
    tookMs: nowMs() - startedMs,
  }
}

/** Looks once; what it returns looks again when the time has passed, and tells how many shows were compared. */
async function beginLedgers(
  audit: Audit,
  ledgers: AuditedLedgers | undefined,
  signal: AbortSignal | undefined,
): Promise<() => Promise<number>> {
  if (!ledgers) {
    audit.notes.push('Ledgers were not compared with claims.')
    return async () => 0
  }
  const look = await orAway(audit, () => lookAtLedgers({ ...audit, ledgers }))
  if (!look) return async () => 0
  const lookedMs = audit.nowMs()
  if (look.unbuilt > 0)
    audit.notes.push(
      `${look.unbuilt} shows have no ledger: nobody has asked for their seats since Redis was started.`,
    )
  return async () => {
    if (look.differing.length > 0) await waitUntil(audit, lookedMs + audit.limits.stillMs, signal)
    const findings = await orAway(audit, () => lookAgain({ ...audit, ledgers }, look))
    if (!findings) return 0
    audit.tally.made(ledgerCheck)
    audit.tally.add(findings)
    return look.shows
  }
}

async function waitUntil(audit: Audit, untilMs: number, signal: AbortSignal | undefined): Promise<void> {
  const seconds = Math.ceil(Math.max(0, untilMs - audit.nowMs()) / 1000)
  const progress = audit.startProgress('Waiting to look at ledgers again, seconds', seconds)
  try {
    for (let restMs = untilMs - audit.nowMs(); restMs > 0; restMs = untilMs - audit.nowMs()) {
      await pause(Math.min(restMs, 1_000), undefined, signal && { signal })
      progress.steps(1)
    }
  } finally {
    progress.end()
  }
}

async function orAway<Result>(audit: Audit, look: () => Promise<Result>): Promise<Result | null> {
  try {
    return await look()
  } catch (error) {
    if (!isAway(error)) throw error
    audit.unjudged.push({
      what: 'The ledgers',
      cause: `they could not be read (${messageOf(error.cause ?? error)})`,
      next: 'See that Redis runs and answers, and run the audit again.',
    })
    return null
  }
}

async function auditGateway(
  audit: Audit,
  gateway: AuditedGateway,
  settled: SettledPayment[],
  total: number,
): Promise<number> {
  const mine = settled.filter((payment) => payment.gateway === gateway.name)
  const elsewhere = settled.length - mine.length
  if (elsewhere > 0)
    audit.notes.push(`${elsewhere} payments were made at another gateway than ${gateway.name}.`)
  const asked = await askGateway({ ...audit, gateway }, mine)
  audit.tally.made(gatewayCheck)
  audit.tally.add(asked.findings)
  if (asked.missed > 0)
    audit.unjudged.push({
      what: `${asked.missed} of ${mine.length} payments at the gateway`,
      cause: `it did not answer (${messageOf(asked.cause)})`,
      next: 'Run the audit again when the gateway answers.',
    })
  if (total > settled.length)
    audit.unjudged.push({
      what: `${total - settled.length} of ${total} payments at the gateway`,
      cause: `one audit asks for at most ${audit.limits.gatewayLooksMax}`,
      next: 'Run the audit again for fewer days.',
    })
  return asked.looked
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error))
