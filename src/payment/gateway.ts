/**
 * The port to a payment network: five calls around an *intent*, which is one payment there. What a caller may rely on,
 * and an implementer gets wrong:
 *
 * **Concurrency.** Any number of calls may run at the same time, also on one intent and from several processes. The
 * network decides between them; an adapter holds no state and takes no lock.
 *
 * **Repetition.** Nothing is retried in here. Every call but `look` carries a key that the caller stored before; the
 * network remembers it for at least 24 hours. Within that time a repeat does nothing again and answers what the first
 * call came to. The same key with another request is refused. Past that time only these still hold:
 * - `open` moves no money, so a second intent costs nothing, but whoever forgets the first must cancel it.
 * - `confirm` takes the money at most once per intent, whatever the key. It is still no way to ask: repeated for a
 *   payment that was given up meanwhile, it charges. To find out, `look`.
 * - `look` only reads, and works for ever.
 * - `cancel` answers how the intent stands after it. Only `cancelled` and `declined` mean that no money will ever move;
 *   `succeeded` means that it came too late, `processing` that it cannot be stopped any more.
 * - `refund` pays again for a key that was forgotten, within what was taken. `refundedMinor` tells what went back.
 *
 * **What is certain.** A declined payment is an outcome, never an error. The errors tell what is known of a call:
 * GatewayAway, it was never begun; GatewayRefused, it was understood and changed nothing; GatewayUnknown, everything
 * else: no answer in time, a cut connection, a 5xx, an answer that makes no sense, an abort. Unknown is never "failed".
 *
 * Amounts are minor units of an ISO 4217 currency, as src/platform/currency.ts counts its decimals.
 */
import { Outage } from '../platform/failures.ts'

export interface PaymentGateway {
  /** Stored with a payment, so that it is asked where it was opened. */
  readonly name: string
  open(request: OpenIntent, bounds?: CallBounds): Promise<Intent>
  confirm(intentId: string, request: ConfirmIntent, bounds?: CallBounds): Promise<Intent>
  look(intentId: string, bounds?: CallBounds): Promise<Intent>
  cancel(intentId: string, request: { key: string }, bounds?: CallBounds): Promise<Intent>
  /** Of the whole amount or a part; never above what was taken and not yet given back. */
  refund(intentId: string, request: RefundIntent, bounds?: CallBounds): Promise<{ refundId: string }>
}

/** The operations document lets payment processing take 10 s. */
export const gatewayTimeoutMs = 10_000

export interface CallBounds {
  /** `gatewayTimeoutMs` when left out. */
  timeoutMs?: number
  /** Ends the wait, not the call: what became of it is unknown. */
  signal?: AbortSignal
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
  /** Where the buyer is sent after an action; the gateway has a list of the origins it sends people to. */
  returnUrl?: string
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
  /** Opened. No confirm has arrived; one may be on its way. */
  | { tag: 'created' }
  /** Confirmed; the network has not decided yet. */
  | { tag: 'processing' }
  /** The buyer must go to the page and approve. */
  | { tag: 'requires_action'; url: string }
  | {
      tag: 'succeeded'
      amountMinor: number
      refundedMinor: number
      /** Keys of refunds that were accepted and have given nothing back, where the network tells of them. */
      failedRefundKeys?: readonly string[]
    }
  /** `message` is for the buyer. */
  | { tag: 'declined'; code: string; message: string }
  | { tag: 'cancelled' }

/** Whether it happened is unknown. Find out by `look`. */
export class GatewayUnknown extends Outage {
  readonly code = 'GATEWAY_UNKNOWN'

  constructor(cause: unknown) {
    super('The payment provider did not answer in time.', 1_000, { cause })
  }
}

/**
 * The call was never begun, and may be made again: there was no connection to send it on, or the gateway itself says
 * in its protocol's own words that it takes no calls. A bare 503 is no such word; anything on the way may have said it.
 */
export class GatewayAway extends Outage {
  readonly code = 'GATEWAY_AWAY'

  constructor(cause: unknown) {
    super('The payment provider cannot be reached at the moment.', 1_000, { cause })
  }
}

/** The gateway understood and said no: nothing happened. What was asked was wrong, or came at the wrong time. */
export class GatewayRefused extends Error {
  readonly status: number
  readonly gatewayCode: string

  constructor(status: number, gatewayCode: string, message: string) {
    super(`The gateway refused (${status} ${gatewayCode}): ${message}`)
    this.status = status
    this.gatewayCode = gatewayCode
  }
}
