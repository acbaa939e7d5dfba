/**
 * Payments of the last days, compared with what the gateway says of them. Only `look` is called, which only reads. What
 * is still being settled is not judged; what differs is read again, because the row may have moved meanwhile.
 */
import {
  GatewayAway,
  GatewayUnknown,
  type IntentOutcome,
  type PaymentGateway,
  type PaymentState,
} from '../../payment/index.ts'
import { printAmount } from '../../platform/currency.ts'
import type { Pool } from '../../platform/postgres.ts'
import type { AuditLimits } from './audit-limits.ts'
import type { BookingsPage, Finding } from './check.ts'
import type { StartProgress } from './progress.ts'
import type { Snapshot } from './snapshot.ts'

export const gatewayCheck = {
  name: 'gateway_agrees',
  promise: 'The gateway took and gave back what we wrote down',
  mend: 'The gateway is right about money: refund there what nobody has tickets for, and correct the row.',
}

export type AuditedGateway = Pick<PaymentGateway, 'name' | 'look'>

export interface SettledPayment {
  booking_id: string
  state: Extract<PaymentState, 'SUCCEEDED' | 'DECLINED' | 'CANCELLED'>
  gateway: string
  intent_id: string
  amount_minor: number
  currency: string
  /** Given back for certain, and given back or about to be. */
  refunded: number
  refundable: number
}

const settledPayments = `
  SELECT p.booking_id, p.state, p.gateway, p.intent_id, p.amount_minor, p.currency,
         coalesce(sum(r.amount_minor) FILTER (WHERE r.state = 'SUCCEEDED'), 0)::int AS refunded,
         coalesce(sum(r.amount_minor), 0)::int AS refundable
    FROM payment p LEFT JOIN refund r ON r.payment_id = p.id AND r.booking_id = p.booking_id
   WHERE p.booking_id = ANY ($1::uuid[]) AND p.state IN ('SUCCEEDED', 'DECLINED', 'CANCELLED')
     AND p.intent_id IS NOT NULL AND p.updated_at > now() - $2 * interval '1 day'
   GROUP BY p.id`

export async function readSettled(
  snapshot: Snapshot,
  { ids }: BookingsPage,
  { gatewayDaysMax }: AuditLimits,
): Promise<SettledPayment[]> {
  return (await snapshot.query<SettledPayment>(settledPayments, [ids, gatewayDaysMax])).rows
}

export interface GatewayAudit {
  pool: Pool
  gateway: AuditedGateway
  limits: AuditLimits
  goOn: () => void
  startProgress: StartProgress
}

export interface AskedGateway {
  looked: number
  findings: Finding[]
  /** Looks without an answer. */
  missed: number
  /** The last cause of one. */
  cause: unknown
}

export async function askGateway(audit: GatewayAudit, payments: SettledPayment[]): Promise<AskedGateway> {
  const { gateway, limits, goOn } = audit
  const asked: AskedGateway = { looked: 0, findings: [], missed: 0, cause: null }
  const progress = audit.startProgress('Asking the gateway', payments.length)
  const queue = payments.values()
  let missesInARow = 0
  const askOn = async () => {
    for (const payment of queue) {
      goOn()
      if (missesInARow >= limits.gatewayMissesMax) {
        asked.missed += 1
        continue
      }
      try {
        const { outcome } = await gateway.look(payment.intent_id, { timeoutMs: limits.gatewayTimeoutMs })
        const difference = differenceOf(payment, outcome)
        if (difference && (await isUnmoved(audit, payment)))
          asked.findings.push(findingOf(payment, difference))
        asked.looked += 1
        missesInARow = 0
      } catch (error) {
        if (!(error instanceof GatewayAway || error instanceof GatewayUnknown)) throw error
        asked.missed += 1
        asked.cause = error.cause ?? error
        missesInARow += 1
      }
      progress.steps(1)
    }
  }
  try {
    await Promise.all(Array.from({ length: limits.gatewayLooksAtOnceMax }, askOn))
  } finally {
    progress.end()
  }
  return asked
}

interface Disagreement {
  expected: string
  found: string
}

function differenceOf(payment: SettledPayment, outcome: IntentOutcome): Disagreement | null {
  const amount = (amountMinor: number) => printAmount({ amountMinor, currency: payment.currency })
  if (payment.state !== 'SUCCEEDED') {
    if (outcome.tag !== 'succeeded' || outcome.refundedMinor === outcome.amountMinor) return null
    return {
      expected: `no money taken, because its payment is ${payment.state}`,
      found: `${amount(outcome.amountMinor - outcome.refundedMinor)} taken and not given back`,
    }
  }
  const expected = `${amount(payment.amount_minor)} taken and ${amount(payment.refunded)} given back`
  if (outcome.tag !== 'succeeded') return { expected, found: `a payment that is ${outcome.tag}` }
  const { amountMinor, refundedMinor } = outcome
  const agrees =
    amountMinor === payment.amount_minor &&
    refundedMinor >= payment.refunded &&
    refundedMinor <= payment.refundable
  return agrees
    ? null
    : { expected, found: `${amount(amountMinor)} taken and ${amount(refundedMinor)} given back` }
}

async function isUnmoved({ pool, limits }: GatewayAudit, payment: SettledPayment): Promise<boolean> {
  const { rows } = await pool.query<SettledPayment>(settledPayments, [
    [payment.booking_id],
    limits.gatewayDaysMax,
  ])
  const [now] = rows
  return (
    now !== undefined &&
    now.state === payment.state &&
    now.refunded === payment.refunded &&
    now.refundable === payment.refundable
  )
}

const findingOf = (payment: SettledPayment, { expected, found }: Disagreement): Finding => ({
  check: gatewayCheck.name,
  subject: `booking ${payment.booking_id}, intent ${payment.intent_id}`,
  bookingId: payment.booking_id,
  expected,
  found,
  mend: gatewayCheck.mend,
})
