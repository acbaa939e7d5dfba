/**
 * The gateway port over Stripe's PaymentIntents (docs/stripe.md). It holds no state and retries nothing: every call
 * that changes something carries the caller's stored key, and never one that the library makes up.
 */
import Stripe from 'stripe'
import {
  type CallBounds,
  GatewayAway,
  GatewayRefused,
  GatewayUnknown,
  gatewayTimeoutMs,
  type Intent,
  type PaymentGateway,
} from './gateway.ts'
import { toStripeAmount } from './stripe/stripe-amounts.ts'
import { provenByStripe, StripeKeyNotAccepted } from './stripe/stripe-failures.ts'
import { intentOfStripe } from './stripe/stripe-intent.ts'
import { payStripeRefund, refundedAtStripe } from './stripe/stripe-refunds.ts'
import { stripeWire } from './stripe/stripe-wire.ts'

export interface StripeGatewayOptions {
  secretKey: string
  /** Where buyers are sent after an action when the shop names no page of its own; Stripe demands one. */
  returnUrl: string
  /** Another place that speaks Stripe's protocol, such as http://127.0.0.1:4020. */
  apiBase?: string
  /** Hears what only an operator can mend. */
  tellOperator?: (trouble: string) => void
  timeoutMs?: number
  fetch?: typeof fetch
}

/** Shown with an intent, so that its charge tells what was given back. */
const expand = ['latest_charge']

export function stripeGateway(options: StripeGatewayOptions): PaymentGateway {
  const call = stripeCalls(options)

  return {
    name: 'stripe',
    async open({ key, bookingId, amountMinor, currency }, bounds) {
      const amount = toStripeAmount(amountMinor, currency)
      if (amount === null) throw notChargeable(amountMinor, currency)
      return call(bounds, async (stripe) =>
        intentOfStripe(
          await stripe.paymentIntents.create(
            {
              amount,
              currency: currency.toLowerCase(),
              automatic_payment_methods: { enabled: true },
              metadata: { rowlock_booking: bookingId },
            },
            { idempotencyKey: key },
          ),
        ),
      )
    },
    confirm: (intentId, { key, method, returnUrl = options.returnUrl }, bounds) =>
      call(bounds, async (stripe) => {
        const request = { payment_method: method, return_url: returnUrl, expand }
        try {
          const shown = await stripe.paymentIntents.confirm(intentId, request, { idempotencyKey: key })
          if (hasNoPage(shown)) throw new GatewayRefused(400, 'action_without_page', actionWithoutPage)
          return intentOfStripe(shown, intentId)
        } catch (error) {
          return declineIn(error, intentId)
        }
      }),
    look: (intentId, bounds) => call(bounds, (stripe) => look(stripe, intentId)),
    cancel: (intentId, { key }, bounds) =>
      call(bounds, async (stripe) => {
        try {
          const shown = await stripe.paymentIntents.cancel(intentId, { expand }, { idempotencyKey: key })
          return intentOfStripe(shown, intentId)
        } catch (error) {
          // What the refusal shows may be the stored answer of an earlier call; only a look is of today.
          if (codeOf(error) === 'payment_intent_unexpected_state') return look(stripe, intentId)
          throw error
        }
      }),
    refund: (intentId, request, bounds) =>
      call(bounds, (stripe) => payStripeRefund(stripe, intentId, request)),
  }
}

/** All requests of one call share its bounds, so it has a library of its own: that takes a tenth of a millisecond. */
function stripeCalls(options: StripeGatewayOptions) {
  const { secretKey, timeoutMs = gatewayTimeoutMs, fetch: send = fetch, tellOperator } = options
  const { protocol, hostname, port } = new URL(options.apiBase ?? 'https://api.stripe.com')
  const isPlain = protocol === 'http:'
  const where = {
    host: hostname,
    port: port || (isPlain ? 80 : 443),
    protocol: isPlain ? ('http' as const) : ('https' as const),
  }

  return async <Answer>(
    bounds: CallBounds = {},
    work: (stripe: Stripe) => Promise<Answer>,
  ): Promise<Answer> => {
    if (bounds.signal?.aborted) throw new GatewayAway(bounds.signal.reason)
    const late = AbortSignal.timeout(bounds.timeoutMs ?? timeoutMs)
    const signal = bounds.signal ? AbortSignal.any([bounds.signal, late]) : late
    const stripe = new Stripe(secretKey, {
      ...where,
      httpClient: stripeWire(signal, send),
      maxNetworkRetries: 0,
      telemetry: false,
    })
    try {
      return await work(stripe)
    } catch (error) {
      const proven = provenByStripe(error)
      if (proven instanceof StripeKeyNotAccepted) tellOperator?.(keyTrouble(error))
      throw proven
    }
  }
}

async function look(stripe: Stripe, intentId: string): Promise<Intent> {
  const intent = intentOfStripe(await stripe.paymentIntents.retrieve(intentId, { expand }), intentId)
  if (intent.outcome.tag !== 'succeeded' || intent.outcome.refundedMinor === 0) return intent
  // A refund may have failed since; what stands is told by the refunds themselves.
  const { refundedMinor, failedKeys } = await refundedAtStripe(stripe, intentId)
  if (refundedMinor === null) throw new GatewayUnknown(new Error(`Refunds of ${intentId} are no amount here`))
  const failed = failedKeys.length > 0 ? { failedRefundKeys: failedKeys } : {}
  return { intentId, outcome: { ...intent.outcome, refundedMinor, ...failed } }
}

/** A decline comes as an error that shows the intent; it is an outcome. Any other error stays one. */
function declineIn(error: unknown, intentId: string): Intent {
  const shown = error instanceof Stripe.errors.StripeError ? error.payment_intent : undefined
  if (shown?.status !== 'requires_payment_method') throw error
  const intent = intentOfStripe(shown, intentId)
  if (intent.outcome.tag !== 'declined') throw error
  return intent
}

/** Only Stripe's own pages in a browser could go on with it. Refused, it is cancelled by whoever asked. */
const hasNoPage = ({ status, next_action: action }: Stripe.PaymentIntent) =>
  status === 'requires_action' && !action?.redirect_to_url?.url

const actionWithoutPage = 'This way to pay asks the buyer for something that has no page of its own'

const codeOf = (error: unknown) => (error instanceof Stripe.errors.StripeError ? error.code : undefined)

const keyTrouble = (error: unknown) =>
  `Stripe does not accept the secret key for this call: ${error instanceof Error ? error.message : ''}. ` +
  'Payments wait until the key, or what it is allowed to do, is mended (docs/stripe.md)'

const notChargeable = (amountMinor: number, currency: string) =>
  new GatewayRefused(400, 'amount_not_chargeable', `Stripe cannot charge ${amountMinor} ${currency} exactly`)
