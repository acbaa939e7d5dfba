import { EmbeddedFailure } from '../../src/embedded/index.ts'
import {
  type AuditLimits,
  auditReport,
  exitCodeOf,
  openLedgersToRead,
  openReport,
  printReport,
  runAudit,
  type StartProgress,
} from '../../src/operate/index.ts'
import { isPostgresAway } from '../../src/platform/postgres-away.ts'
import { openProgress } from '../../src/platform/progress.ts'
import { sqlState } from '../../src/platform/transaction.ts'
import { CannotAudit, gatewayIn, onlyReading, redisIn } from './audited-servers.ts'
import { BadUsage, type Command, readArgs } from './command.ts'
import type { Instance } from './instance.ts'

const couldNotAudit = 2

export const auditCommand: Command = {
  name: 'audit',
  usage: '[--json FILE] [--still SECONDS] [--gateway] [--days N] [--without-ledgers]',
  about:
    'Checks the promises against the live system, reading only: 0 all kept, 1 something is broken, 2 could not be audited.',
  async run(args, instance) {
    const { values, positionals } = readArgs(args, {
      json: { type: 'string' },
      still: { type: 'string' },
      gateway: { type: 'boolean', default: false },
      days: { type: 'string' },
      'without-ledgers': { type: 'boolean', default: false },
    })
    if (positionals.length > 0) throw new BadUsage(`Expected options only, got ${positionals.join(' ')}.`)
    const limits: Partial<AuditLimits> = {
      ...(values.still !== undefined && { stillMs: 1000 * numberOf('--still', values.still, 86_400) }),
      ...(values.days !== undefined && { gatewayDaysMax: numberOf('--days', values.days, 3_650) }),
    }
    try {
      const wants = { gateway: values.gateway, ledgers: !values['without-ledgers'] }
      const report = await audit(instance, limits, wants)
      printReport(report, values.json)
      return exitCodeOf(report)
    } catch (error) {
      console.error(`The audit could not be made. ${explain(error)}`)
      return couldNotAudit
    }
  },
}

interface Wants {
  gateway: boolean
  ledgers: boolean
}

async function audit(instance: Instance, limits: Partial<AuditLimits>, wants: Wants) {
  const env = instance.env()
  const gateway = wants.gateway ? await gatewayIn(env) : undefined
  const redisUrl = wants.ledgers ? redisIn(env) : undefined
  const opened = openReport('audit')
  const own = env.DATABASE_URL ? onlyReading(env.DATABASE_URL) : null
  const { pool } = own ?? (await instance.postgres())
  const nowMs = () => performance.now()
  try {
    const keyPrefix = env.REDIS_KEY_PREFIX || 'rowlock:'
    const ledgers = redisUrl ? await openLedgersToRead({ pool, redisUrl, keyPrefix, nowMs }) : undefined
    const parts = { ...(ledgers && { ledgers }), ...(gateway && { gateway }) }
    try {
      return auditReport(opened, await runAudit({ pool, limits, nowMs, startProgress, ...parts }))
    } finally {
      await ledgers?.close()
    }
  } finally {
    await own?.close()
  }
}

const startProgress: StartProgress = (what, total) => {
  const progress = openProgress(what, total)
  return {
    steps(count) {
      for (let step = 0; step < count; step++) progress.step()
    },
    end: progress.end,
  }
}

function numberOf(option: string, text: string, max: number): number {
  const number = Number(text)
  if (text.trim() !== '' && number >= 0 && number <= max) return number
  throw new BadUsage(`Expected ${option} from 0 to ${max}, got ${JSON.stringify(text)}.`)
}

function explain(error: unknown): string {
  if (error instanceof CannotAudit || error instanceof EmbeddedFailure) return error.message
  const message = error instanceof Error ? error.message || error.name : String(error)
  if (isPostgresAway(error))
    return `PostgreSQL does not answer (${message}). See that it runs and that DATABASE_URL names it.`
  switch (sqlState(error)) {
    case '42P01':
    case '42703':
    case '42704':
    case '22P02':
      return `The database is of another version of Rowlock (${message}). Audit it with the version that serves it.`
    case '57014':
      return `A question took too long (${message}). See what else keeps PostgreSQL busy, and try again.`
    case undefined:
      return error instanceof Error ? (error.stack ?? message) : message
    default:
      return `PostgreSQL refused (${message}). See that the user of DATABASE_URL may read every table.`
  }
}
