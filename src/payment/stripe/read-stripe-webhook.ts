/**
 * Reads a webhook of Stripe: nothing of it is believed before its signature is verified, and nothing but what to look
 * at is taken from it afterwards.
 */
import Stripe from 'stripe'
import { z } from 'zod'
import { type GatewayNotice, NoticeNotVerified, type ReadNotice } from '../gateway-notice.ts'
import { jsonOf } from '../http-answers.ts'
import { stripeLimits } from './stripe-limits.ts'
import { keyOfStripeRefund } from './stripe-refunds.ts'

/** `secrets` are several while one is replaced by another. */
export function readStripeWebhook(
  rawBody: string | Uint8Array,
  signatureHeader: string | undefined,
  secrets: readonly string[],
  now: Date,
): ReadNotice {
  if (rawBody.length > stripeLimits.noticeBytesMax) throw new NoticeNotVerified('The delivery is too long')
  if (!signatureHeader) throw new NoticeNotVerified('The delivery has no Stripe-Signature')
  if (!secrets.some((secret) => isSigned(rawBody, signatureHeader, secret, now))) {
    throw new NoticeNotVerified(
      'The Stripe-Signature is of none of our secrets, or too old. Expected a secret of this endpoint (whsec_…)',
    )
  }
  const text = typeof rawBody === 'string' ? rawBody : Buffer.from(rawBody).toString('utf8')
  const { data: event } = signedEvent.safeParse(jsonOf(text))
  if (!event) throw new NoticeNotVerified('The delivery is signed, and is no event of Stripe')
  return { eventId: event.id, type: event.type, notice: noticeOf(event) }
}

function isSigned(rawBody: string | Uint8Array, header: string, secret: string, now: Date): boolean {
  const toleranceS = stripeLimits.noticeAgeMsMax / 1_000
  try {
    Stripe.webhooks.signature?.verifyHeader(rawBody, header, secret, toleranceS, undefined, now.getTime())
    return Stripe.webhooks.signature !== null
  } catch {
    // Whatever the header is made of, it is no signature.
    return false
  }
}

const signedEvent = z.object({
  id: z.string(),
  type: z.string(),
  data: z.object({
    object: z.object({
      id: z.string(),
      payment_intent: z.string().nullish(),
      metadata: z.record(z.string(), z.string()).nullish(),
      status: z.string().nullish(),
      reason: z.string().nullish(),
    }),
  }),
})

type SignedEvent = z.infer<typeof signedEvent>

function noticeOf({ type, data: { object } }: SignedEvent): GatewayNotice | null {
  const intentId = object.payment_intent ?? null
  switch (type) {
    case 'payment_intent.succeeded':
    case 'payment_intent.payment_failed':
    case 'payment_intent.canceled':
    case 'payment_intent.requires_action':
    case 'payment_intent.processing':
      return { kind: 'intent', intentId: object.id }
    case 'charge.refunded':
      return intentId ? { kind: 'intent', intentId } : null
    case 'refund.updated':
    case 'refund.failed':
      return { kind: 'refund', refundId: object.id, intentId, key: keyOfStripeRefund(object.metadata) }
    case 'charge.dispute.created':
    case 'charge.dispute.closed':
      return {
        kind: 'dispute',
        disputeId: object.id,
        intentId,
        event: type === 'charge.dispute.created' ? 'opened' : 'closed',
        status: object.status ?? 'unknown',
        reason: object.reason ?? 'unknown',
      }
    default:
      return null
  }
}
