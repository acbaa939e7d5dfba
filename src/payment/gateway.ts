/**
 * The port to a payment network.
 *
 * What an implementer must keep, and a caller may rely on:
 * - `open` moves no money. Repeated with the same key and request it answers the same intent.
 * - `confirm` moves money, at most once per intent, whatever the caller does. But it is not a way to ask: repeated while
 *   the first is on its way it may charge a payment that was given up meanwhile. To find out, `look`.
 * - `look` only reads, and works for ever.
 * - `cancel` answers the intent's state after it: `cancelled` means that no money will ever move; `succeeded` means that
 *   it came too late.
 * - `refund` gives back once per key.
 * - Nothing is retried in here. A call that may have been heard and was not answered throws GatewayUnknown; one that was
 *   certainly not heard throws GatewayAway; a definite no throws GatewayRefused. Calls may run at the same time.
 * Amounts are minor units.
 */
import { Outage } from '../platform/failures.ts'

export interface PaymentGateway {
  readonly name: string
  open(request: OpenIntent, signal?: AbortSignal): Promise<Intent>
  confirm(intentId: string, request: ConfirmIntent, signal?: AbortSignal): Promise<Intent>
  look(intentId: string, signal?: AbortSignal): Promise<Intent>
  cancel(intentId: string, request: { key: string }, signal?: AbortSignal): Promise<Intent>
  refund(intentId: string, request: RefundIntent, signal?: AbortSignal): Promise<{ refundId: string }>
}

export interface OpenIntent {
  key: string
  bookingId: string
  amountMinor: number
  currency: string
}

export interface ConfirmIntent {
  key: string
  /** A token of the gateway; card numbers never come here. */
  method: string
}

export interface RefundIntent {
  key: string
  amountMinor: number
}

export interface Intent {
  intentId: string
  outcome: IntentOutcome
}

export type IntentOutcome =
  /** Opened; no confirm has arrived. */
  | { tag: 'created' }
  | { tag: 'processing' }
  | { tag: 'requires_action'; url: string }
  | { tag: 'succeeded'; amountMinor: number }
  | { tag: 'declined'; code: string; message: string }
  | { tag: 'cancelled' }

/** Whether it happened is unknown: no answer, a cut connection, a 5xx. Find out by `look`. */
export class GatewayUnknown extends Outage {
  readonly code = 'GATEWAY_UNKNOWN'

  constructor(cause: unknown) {
    super('The payment provider did not answer in time.', 1_000, { cause })
  }
}

/** The gateway could not be reached at all: nothing happened. */
export class GatewayAway extends Outage {
  readonly code = 'GATEWAY_AWAY'

  constructor(cause: unknown) {
    super('The payment provider cannot be reached at the moment.', 1_000, { cause })
  }
}

/** The gateway said no to the request itself; nothing happened. A fault of ours, or a key that is in use. */
export class GatewayRefused extends Error {
  readonly status: number
  readonly gatewayCode: string

  constructor(status: number, gatewayCode: string, message: string) {
    super(`The gateway refused (${status} ${gatewayCode}): ${message}`)
    this.status = status
    this.gatewayCode = gatewayCode
  }
}
