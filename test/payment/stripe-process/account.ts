/** What the process keeps, as Stripe shows it, and the money that really moved. All of it is forgotten at the end. */
import { randomBytes } from 'node:crypto'
import { noSuch } from './stripe-error.ts'

export interface PaymentIntent {
  id: string
  object: 'payment_intent'
  amount: number
  amount_received: number
  automatic_payment_methods: { enabled: boolean; allow_redirects: string } | null
  cancellation_reason: string | null
  canceled_at: number | null
  client_secret: string
  created: number
  currency: string
  last_payment_error: Record<string, unknown> | null
  latest_charge: string | null
  livemode: false
  metadata: Record<string, string>
  next_action: Record<string, unknown> | null
  payment_method: string | null
  status: string
}

export interface Charge {
  id: string
  object: 'charge'
  amount: number
  amount_refunded: number
  currency: string
  payment_intent: string
  refunded: boolean
  metadata: Record<string, string>
}

export interface Refund {
  id: string
  object: 'refund'
  amount: number
  charge: string
  created: number
  currency: string
  failure_reason?: string
  metadata: Record<string, string>
  payment_intent: string
  status: string
}

export interface Dispute {
  id: string
  object: 'dispute'
  amount: number
  charge: string
  currency: string
  payment_intent: string
  reason: string
  status: string
}

export interface Movement {
  kind: 'capture' | 'refund'
  intentId: string
  bookingId: string | null
  amount: number
  currency: string
}

export interface Account {
  intents: Map<string, PaymentIntent>
  charges: Map<string, Charge>
  refunds: Map<string, Refund>
  disputes: Map<string, Dispute>
  movements: Movement[]
  /** Where a buyer is sent after the page of an action. */
  returnUrls: Map<string, string>
}

export const newAccount = (): Account => ({
  ...{ intents: new Map(), charges: new Map(), refunds: new Map(), disputes: new Map() },
  ...{ movements: [], returnUrls: new Map() },
})

export const newId = (prefix: string): string => `${prefix}_${randomBytes(12).toString('hex')}`

export const nowS = (): number => Math.floor(Date.now() / 1_000)

export function intentOf({ intents }: Account, id: string): PaymentIntent {
  const intent = intents.get(id)
  if (!intent) throw noSuch('payment_intent', id, 'intent')
  return intent
}

export function chargeOf({ charges }: Account, { latest_charge: id }: PaymentIntent): Charge | null {
  return (id && charges.get(id)) || null
}

export const refundsOf = ({ refunds }: Account, intentId: string): Refund[] =>
  [...refunds.values()].filter((refund) => refund.payment_intent === intentId).reverse()

/** An intent as it is shown, with what was asked to be expanded in it. */
export function shownIntent(account: Account, intent: PaymentIntent, expand: string[]): object {
  if (!expand.includes('latest_charge')) return { ...intent }
  return { ...intent, latest_charge: chargeOf(account, intent) }
}
