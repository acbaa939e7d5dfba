/** The gateway port over the sandbox's protocol (docs/sandbox-gateway.md). */
import {
  GatewayAway,
  GatewayRefused,
  GatewayUnknown,
  type Intent,
  type IntentOutcome,
  type PaymentGateway,
} from './gateway.ts'

export interface SandboxGatewayOptions {
  url: string
  /** Operations document: payment processing answers within 10 s. */
  timeoutMs?: number
}

export function sandboxGateway({ url, timeoutMs = 10_000 }: SandboxGatewayOptions): PaymentGateway {
  const base = url.replace(/\/$/, '')

  async function call(
    path: string,
    signal: AbortSignal | undefined,
    body?: object,
    key?: string,
  ): Promise<unknown> {
    const timeout = AbortSignal.timeout(timeoutMs)
    const request: RequestInit = {
      method: body ? 'POST' : 'GET',
      headers: { 'content-type': 'application/json', ...(key && { 'idempotency-key': key }) },
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      ...(body && { body: JSON.stringify(body) }),
    }
    let status: number
    let answer: unknown
    try {
      const response = await fetch(`${base}${path}`, request)
      status = response.status
      answer = await response.json()
    } catch (error) {
      throw neverSent(error) ? new GatewayAway(error) : new GatewayUnknown(error)
    }
    if (status === 503) throw new GatewayAway(new Error('503'))
    if (status >= 500) throw new GatewayUnknown(new Error(`status ${status}`))
    if (status >= 400) {
      const { code, message } = answer as { code: string; message: string }
      // Another call with this key is still running there: what it does is not known yet.
      if (status === 409 && code === 'key_in_use') throw new GatewayUnknown(new Error(code))
      throw new GatewayRefused(status, code, message)
    }
    return answer
  }

  const intentCall = async (path: string, signal?: AbortSignal, body?: object, key?: string) =>
    toIntent((await call(path, signal, body, key)) as SandboxIntent)

  return {
    name: 'sandbox',
    open: ({ key, bookingId, amountMinor, currency }, signal) =>
      intentCall('/v1/intents', signal, { reference: bookingId, amountMinor, currency }, key),
    confirm: (intentId, { key, method }, signal) =>
      intentCall(`/v1/intents/${encodeURIComponent(intentId)}/confirm`, signal, { method }, key),
    look: (intentId, signal) => intentCall(`/v1/intents/${encodeURIComponent(intentId)}`, signal),
    cancel: (intentId, { key }, signal) =>
      intentCall(`/v1/intents/${encodeURIComponent(intentId)}/cancel`, signal, {}, key),
    async refund(intentId, { key, amountMinor }, signal) {
      const path = `/v1/intents/${encodeURIComponent(intentId)}/refunds`
      const refund = (await call(path, signal, { amountMinor }, key)) as { id: string }
      return { refundId: refund.id }
    },
  }
}

interface SandboxIntent {
  id: string
  status: IntentOutcome['tag']
  amountMinor: number
  actionUrl?: string
  decline?: { code: string; message: string }
}

function toIntent(intent: SandboxIntent): Intent {
  return { intentId: intent.id, outcome: toOutcome(intent) }
}

function toOutcome(intent: SandboxIntent): IntentOutcome {
  switch (intent.status) {
    case 'succeeded':
      return { tag: 'succeeded', amountMinor: intent.amountMinor }
    case 'requires_action':
      return { tag: 'requires_action', url: intent.actionUrl ?? '' }
    case 'declined':
      return { tag: 'declined', code: 'declined', message: 'The payment was declined.', ...intent.decline }
    default:
      return { tag: intent.status }
  }
}

/** Only a connection that was never made is proof that nothing was heard. */
function neverSent(error: unknown): boolean {
  const cause = error instanceof Error ? (error.cause as { code?: string } | undefined) : undefined
  return ['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT'].includes(
    cause?.code ?? '',
  )
}
