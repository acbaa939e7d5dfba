/**
 * How a PaymentIntent stands, in the port's words. What Stripe shows is read strictly: what makes no sense is unknown.
 *
 * A declined PaymentIntent goes back to wanting a payment method and could be confirmed anew. It is final all the same,
 * because nobody but the port's caller can confirm it, and that caller confirms an intent once.
 */
import { z } from 'zod'
import { GatewayUnknown, type Intent, type IntentOutcome } from '../gateway.ts'
import { fromStripeAmount } from './stripe-amounts.ts'

const shownError = z.object({
  type: z.string(),
  code: z.string().nullish(),
  decline_code: z.string().nullish(),
  message: z.string().nullish(),
})

const shownIntent = z.object({
  object: z.literal('payment_intent'),
  id: z.string(),
  status: z.string(),
  currency: z.string(),
  amount_received: z.int(),
  latest_charge: z.union([z.string(), z.object({ amount_refunded: z.int() })]).nullish(),
  last_payment_error: shownError.nullish(),
  next_action: z
    .object({ redirect_to_url: z.object({ url: z.url({ protocol: /^https?$/ }) }).optional() })
    .nullish(),
})

type ShownIntent = z.infer<typeof shownIntent>

/** The caller asked about `intentId`, when it has one: an answer about another intent says nothing of it. */
export function intentOfStripe(shown: unknown, intentId?: string): Intent {
  const { data, error } = shownIntent.safeParse(shown)
  if (!data) throw new GatewayUnknown(error)
  if (intentId && data.id !== intentId) throw new GatewayUnknown(new Error(`Told of ${data.id}`))
  return { intentId: data.id, outcome: outcomeOf(data) }
}

function outcomeOf(intent: ShownIntent): IntentOutcome {
  switch (intent.status) {
    case 'requires_payment_method':
      return intent.last_payment_error ? declinedBy(intent.last_payment_error) : { tag: 'created' }
    case 'requires_confirmation':
      return { tag: 'created' }
    case 'requires_action': {
      const url = intent.next_action?.redirect_to_url?.url
      if (!url) throw new GatewayUnknown(new Error(`${intent.id} asks for an action that has no page`))
      return { tag: 'requires_action', url }
    }
    case 'processing':
    // Not how we open intents: the money is set aside, and neither taken nor free.
    case 'requires_capture':
      return { tag: 'processing' }
    case 'succeeded':
      return {
        tag: 'succeeded',
        amountMinor: counted(intent.amount_received, intent.currency),
        refundedMinor: counted(amountRefunded(intent), intent.currency),
      }
    case 'canceled':
      // Nothing will move in either case; a decline also has a reason.
      return intent.last_payment_error ? declinedBy(intent.last_payment_error) : { tag: 'cancelled' }
    default:
      throw new GatewayUnknown(new Error(`${intent.id} is ${intent.status}`))
  }
}

function amountRefunded({ id, latest_charge: charge }: ShownIntent): number {
  if (charge && typeof charge === 'object') return charge.amount_refunded
  throw new GatewayUnknown(new Error(`${id} is paid, and its charge is not shown`))
}

function counted(amount: number, currency: string): number {
  const minor = fromStripeAmount(amount, currency)
  if (minor === null) throw new GatewayUnknown(new Error(`${amount} ${currency} are no amount here`))
  return minor
}

/** Reasons that are for us and not for the person at the till, who may not be the owner of the card. */
const hushed = new Set(['fraudulent', 'lost_card', 'merchant_blacklist', 'pickup_card', 'stolen_card'])

/** Stripe writes the messages of card errors for buyers, and all others for programmers. */
function declinedBy({ type, code, decline_code, message }: z.infer<typeof shownError>): IntentOutcome {
  const reason = decline_code && !hushed.has(decline_code) ? decline_code : code
  return {
    tag: 'declined',
    code: reason ?? 'declined',
    message: (type === 'card_error' && message) || 'The payment was not approved.',
  }
}
