/**
 * Refunds that are paid once per key, also after Stripe has forgotten the key. The key is written on the refund, so
 * before one is made, those of the payment are read; in the hours in which two callers could both find none, Stripe
 * knows the key itself.
 */
import type Stripe from 'stripe'
import { GatewayRefused, type RefundIntent } from '../gateway.ts'
import { fromStripeAmount, toStripeAmount } from './stripe-amounts.ts'
import { stripeLimits } from './stripe-limits.ts'

const keyOnRefund = 'rowlock_refund'

export async function payStripeRefund(
  stripe: Stripe,
  intentId: string,
  { key, amountMinor }: RefundIntent,
): Promise<{ refundId: string }> {
  const [{ currency }, refunds] = await Promise.all([
    stripe.paymentIntents.retrieve(intentId),
    refundsOf(stripe, intentId),
  ])
  const amount = toStripeAmount(amountMinor, currency.toUpperCase())
  if (amount === null)
    throw refused('amount_not_refundable', `${amountMinor} ${currency} cannot be given back`)
  const own = refunds.filter(({ metadata }) => metadata?.[keyOnRefund] === key)
  const paid = own.find(isStanding)
  if (paid) {
    if (paid.amount !== amount) throw refused('key_reused', `This key has given back ${paid.amount}`)
    return { refundId: paid.id }
  }
  const made = await stripe.refunds.create(
    { payment_intent: intentId, amount, metadata: { [keyOnRefund]: key } },
    // One that failed has given nothing back. A new one needs a new key, which its predecessors make.
    { idempotencyKey: own.length === 0 ? key : `${key}:${own.length}` },
  )
  if (!isStanding(made)) throw refused('refund_failed', made.failure_reason ?? 'Stripe gave no reason')
  return { refundId: made.id }
}

/** The key under which a refund was made, by what Stripe shows of it. */
export const keyOfStripeRefund = (metadata: Record<string, string> | null | undefined): string | null =>
  metadata?.[keyOnRefund] ?? null

export interface RefundedAtStripe {
  /** What has gone back, or is on its way; null when it cannot be told in our minor units. */
  refundedMinor: number | null
  /** Refunds of these keys have failed, and none was made in their place. */
  failedKeys: string[]
}

export async function refundedAtStripe(stripe: Stripe, intentId: string): Promise<RefundedAtStripe> {
  const refunds = await refundsOf(stripe, intentId)
  const standing = refunds.filter(isStanding)
  const paidKeys = new Set(standing.map(({ metadata }) => keyOfStripeRefund(metadata)))
  const failed = refunds.flatMap(({ metadata }) => keyOfStripeRefund(metadata) ?? [])
  const failedKeys = [...new Set(failed)].filter((key) => !paidKeys.has(key))
  const [first] = standing
  if (!first) return { refundedMinor: 0, failedKeys }
  const amount = standing.reduce((sum, refund) => sum + refund.amount, 0)
  return { refundedMinor: fromStripeAmount(amount, first.currency), failedKeys }
}

const isStanding = ({ status }: Stripe.Refund) => status !== 'failed' && status !== 'canceled'

async function refundsOf(stripe: Stripe, intentId: string): Promise<Stripe.Refund[]> {
  const { data, has_more: hasMore } = await stripe.refunds.list({
    payment_intent: intentId,
    limit: stripeLimits.refundsListedMax,
  })
  // Beyond the first page the key could stand unseen, and be paid again.
  if (hasMore) {
    throw refused('too_many_refunds', `An intent has at most ${stripeLimits.refundsListedMax} refunds`)
  }
  return data
}

const refused = (code: string, message: string) => new GatewayRefused(400, code, message)
