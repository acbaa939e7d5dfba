/** The life of a PaymentIntent at the process. Money moves in `take` and `giveBack`, and nowhere else. */
import {
  type Account,
  type Charge,
  chargeOf,
  newId,
  nowS,
  type PaymentIntent,
  type Refund,
  refundsOf,
} from './account.ts'
import { type Form, mapOf, textOf } from './form.ts'
import { type Behaviour, methods } from './methods.ts'
import { badParameter, noSuch, StripeError } from './stripe-error.ts'

export function openIntent(account: Account, form: Form): PaymentIntent {
  const amount = amountIn(form)
  const currency = textOf(form, 'currency')
  if (!currency || !/^[a-z]{3}$/.test(currency)) throw badParameter('currency', 'Invalid currency')
  const automatic = mapOf(form, 'automatic_payment_methods')
  const intent: PaymentIntent = {
    ...{ id: newId('pi'), object: 'payment_intent', amount, amount_received: 0, currency, livemode: false },
    automatic_payment_methods:
      automatic.enabled === 'true'
        ? { enabled: true, allow_redirects: automatic.allow_redirects ?? 'always' }
        : null,
    ...{ cancellation_reason: null, canceled_at: null, client_secret: newId('secret'), created: nowS() },
    ...{ last_payment_error: null, latest_charge: null, metadata: mapOf(form, 'metadata') },
    ...{ next_action: null, payment_method: null, status: 'requires_payment_method' },
  }
  account.intents.set(intent.id, intent)
  return intent
}

/** How a confirm with this method goes; refused where it cannot be made at all. */
export function judgeConfirm(account: Account, intent: PaymentIntent, form: Form): Behaviour {
  requireStatus(intent, ['requires_payment_method', 'requires_confirmation'], 'confirm')
  const returnUrl = textOf(form, 'return_url')
  if (intent.automatic_payment_methods?.allow_redirects === 'always' && !returnUrl) {
    throw badParameter(
      'return_url',
      'This PaymentIntent may redirect, so a return_url must be given',
      'missing',
    )
  }
  const method = textOf(form, 'payment_method') ?? ''
  const behaviour = methods.get(method)
  if (!behaviour) throw noSuch('PaymentMethod', method, 'payment_method', 400)
  if (behaviour.tag === 'ignore') return behaviour
  intent.payment_method = method
  intent.last_payment_error = null
  if (returnUrl) account.returnUrls.set(intent.id, returnUrl)
  return behaviour
}

export function take(account: Account, intent: PaymentIntent): void {
  if (intent.status === 'succeeded' || intent.status === 'canceled') throw new Error(`It is ${intent.status}`)
  const { id, amount, currency, metadata } = intent
  const charge: Charge = {
    ...{ id: newId('ch'), object: 'charge', amount, amount_refunded: 0, currency },
    ...{ payment_intent: id, refunded: false, metadata },
  }
  account.charges.set(charge.id, charge)
  account.movements.push({
    ...{ kind: 'capture', intentId: id, bookingId: metadata.rowlock_booking ?? null },
    ...{ amount, currency },
  })
  Object.assign(intent, {
    ...{ status: 'succeeded', amount_received: amount, latest_charge: charge.id, next_action: null },
  })
}

export function declineIntent(intent: PaymentIntent, error: Record<string, unknown>): void {
  Object.assign(intent, {
    ...{ status: 'requires_payment_method', payment_method: null, next_action: null },
    last_payment_error: error,
  })
}

export function cancelIntent(intent: PaymentIntent): void {
  const cancellable = ['requires_payment_method', 'requires_confirmation', 'requires_action']
  requireStatus(intent, cancellable, 'cancel')
  Object.assign(intent, { status: 'canceled', canceled_at: nowS(), next_action: null })
}

/** The buyer's answer on the page of an action; false when none is asked for any more. */
export function answerAction(account: Account, intent: PaymentIntent, approved: boolean): boolean {
  if (intent.status !== 'requires_action') return false
  if (approved) take(account, intent)
  else {
    declineIntent(intent, {
      ...{ type: 'invalid_request_error', code: 'payment_intent_authentication_failure' },
      message: 'The provided PaymentMethod has failed authentication; provide another one.',
    })
  }
  return true
}

export function giveBack(account: Account, intent: PaymentIntent, form: Form): Refund {
  const amount = amountIn(form)
  const charge = chargeOf(account, intent)
  if (!charge) {
    throw new StripeError(
      400,
      {
        ...{ type: 'invalid_request_error', code: 'payment_intent_unexpected_state' },
        message: 'This PaymentIntent does not have a successful charge to refund.',
      },
      true,
    )
  }
  if (standingRefunds(account, intent) + amount > charge.amount) {
    const message = `Refund amount (${amount}) is greater than unrefunded amount on charge`
    throw new StripeError(400, { type: 'invalid_request_error', param: 'amount', message }, true)
  }
  const refund: Refund = {
    ...{ id: newId('re'), object: 'refund', amount, charge: charge.id, created: nowS() },
    ...{ currency: intent.currency, metadata: mapOf(form, 'metadata') },
    ...{ payment_intent: intent.id, status: 'succeeded' },
  }
  account.refunds.set(refund.id, refund)
  account.movements.push({
    ...{ kind: 'refund', intentId: intent.id, bookingId: intent.metadata.rowlock_booking ?? null },
    ...{ amount, currency: intent.currency },
  })
  charge.amount_refunded = standingRefunds(account, intent)
  charge.refunded = charge.amount_refunded === charge.amount
  return refund
}

/** The bank of the buyer sends a refund back. The charge keeps its count, so whoever trusts that alone is wrong. */
export function failRefund(account: Account, refund: Refund): void {
  Object.assign(refund, { status: 'failed', failure_reason: 'expired_or_canceled_card' })
  account.movements.push({
    ...{ kind: 'refund', intentId: refund.payment_intent, bookingId: null },
    ...{ amount: -refund.amount, currency: refund.currency },
  })
}

const standingRefunds = (account: Account, { id }: PaymentIntent): number =>
  refundsOf(account, id)
    .filter(({ status }) => status !== 'failed')
    .reduce((sum, { amount }) => sum + amount, 0)

function requireStatus(intent: PaymentIntent, statuses: string[], verb: string): void {
  if (statuses.includes(intent.status)) return
  throw new StripeError(
    400,
    {
      ...{ type: 'invalid_request_error', code: 'payment_intent_unexpected_state' },
      message: `You cannot ${verb} this PaymentIntent because it has a status of ${intent.status}.`,
      payment_intent: { ...intent },
    },
    true,
  )
}

function amountIn(form: Form): number {
  const amount = Number(textOf(form, 'amount'))
  if (Number.isInteger(amount) && amount >= 1 && amount <= 99_999_999) return amount
  throw badParameter('amount', 'This value must be greater than or equal to 1.', 'parameter_invalid_integer')
}
