/** What an error of Stripe's library proves of the call that it ended. In doubt it proves nothing. */
import Stripe from 'stripe'
import { GatewayAway, GatewayRefused, GatewayUnknown } from '../gateway.ts'
import { NoAnswer } from './stripe-wire.ts'

/** Stripe does not serve this account's key: nothing happened, and nothing will until an operator mends it. */
export class StripeKeyNotAccepted extends GatewayAway {}

const { StripeConnectionError, StripeError } = Stripe.errors

/** Errors that are not of the library are faults, or proven already, and pass. */
export function provenByStripe(error: unknown): unknown {
  if (!(error instanceof StripeError)) return error
  if (error instanceof StripeConnectionError) {
    const { detail } = error
    return detail instanceof NoAnswer && !detail.wasSent
      ? new GatewayAway(detail)
      : new GatewayUnknown(detail)
  }
  const { statusCode, code } = error
  // Not the error itself: it shows the payment, with the buyer's data and a secret, and causes are logged.
  const told = new Error(`${statusCode} ${code ?? error.rawType}: ${error.message} (${error.requestId})`)
  // The rate is judged before a request is looked at; a lock that was waited for in vain, we do not know when.
  if (code === 'rate_limit' || (statusCode === 429 && code !== 'lock_timeout')) return new GatewayAway(told)
  switch (statusCode) {
    case 400:
    case 404:
      return new GatewayRefused(statusCode, code ?? error.rawType ?? 'no_code', error.message)
    case 401:
    case 403:
      return new StripeKeyNotAccepted(told)
    default:
      // 409: the first request with this key is at work. 5xx: anything may have happened, and is stored as the answer.
      return new GatewayUnknown(told)
  }
}
