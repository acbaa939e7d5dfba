/** The gateway port over the sandbox's protocol (docs/sandbox-gateway.md). It holds no state and retries nothing. */
import { z } from 'zod'
import {
  type CallBounds,
  GatewayUnknown,
  gatewayTimeoutMs,
  type Intent,
  type IntentOutcome,
  type PaymentGateway,
} from './gateway.ts'
import { type Call, sandboxCalls } from './sandbox-calls.ts'

export interface SandboxGatewayOptions {
  url: string
  timeoutMs?: number
  fetch?: typeof fetch
}

export function sandboxGateway(options: SandboxGatewayOptions): PaymentGateway {
  const send = sandboxCalls({ timeoutMs: gatewayTimeoutMs, fetch, ...options })

  async function sendForIntent(call: Call, bounds?: CallBounds, intentId?: string): Promise<Intent> {
    const intent = understood(shownIntent, await send(call, bounds))
    // An answer about another intent says nothing of this one.
    if (intentId && intent.id !== intentId) throw new GatewayUnknown(new Error(`Told of ${intent.id}`))
    return { intentId: intent.id, outcome: outcomeOf(intent) }
  }

  const pathOf = (intentId: string, verb = '') => `/v1/intents/${encodeURIComponent(intentId)}${verb}`

  return {
    name: 'sandbox',
    open: ({ key, bookingId, amountMinor, currency }, bounds) => {
      const body = { reference: bookingId, amountMinor, currency }
      return sendForIntent({ path: '/v1/intents', key, body }, bounds)
    },
    confirm: (intentId, { key, method, returnUrl }, bounds) => {
      const body = { method, ...(returnUrl && { returnUrl }) }
      return sendForIntent({ path: pathOf(intentId, '/confirm'), key, body }, bounds, intentId)
    },
    look: (intentId, bounds) => sendForIntent({ path: pathOf(intentId) }, bounds, intentId),
    cancel: (intentId, { key }, bounds) =>
      sendForIntent({ path: pathOf(intentId, '/cancel'), key, body: {} }, bounds, intentId),
    async refund(intentId, { key, amountMinor }, bounds) {
      const path = pathOf(intentId, '/refunds')
      const refund = understood(shownRefund, await send({ path, key, body: { amountMinor } }, bounds))
      return { refundId: refund.id }
    },
  }
}

const shownIntent = z.discriminatedUnion('status', [
  z.object({ id: z.string(), status: z.enum(['created', 'processing', 'cancelled']) }),
  z.object({
    id: z.string(),
    status: z.literal('requires_action'),
    actionUrl: z.url({ protocol: /^https?$/ }),
  }),
  z.object({
    id: z.string(),
    status: z.literal('declined'),
    decline: z.object({ code: z.string(), message: z.string() }),
  }),
  z.object({
    id: z.string(),
    status: z.literal('succeeded'),
    amountMinor: z.int(),
    refundedMinor: z.int(),
  }),
])

const shownRefund = z.object({ id: z.string() })

function outcomeOf(intent: z.infer<typeof shownIntent>): IntentOutcome {
  switch (intent.status) {
    case 'created':
    case 'processing':
    case 'cancelled':
      return { tag: intent.status }
    case 'requires_action':
      return { tag: intent.status, url: intent.actionUrl }
    case 'declined':
      return { tag: intent.status, ...intent.decline }
    case 'succeeded':
      return {
        tag: intent.status,
        amountMinor: intent.amountMinor,
        refundedMinor: intent.refundedMinor,
      }
  }
}

function understood<Shape>(schema: z.ZodType<Shape>, json: unknown): Shape {
  const result = schema.safeParse(json)
  if (!result.success) throw new GatewayUnknown(result.error)
  return result.data
}
