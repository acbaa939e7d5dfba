/**
 * Opens the gateway that the configuration names. Stripe's library is loaded only for those who use it: it takes a
 * fifth of a second.
 */
import { sandboxGateway } from './gateway.sandbox.ts'
import type { PaymentGateway } from './gateway.ts'
import type { NoticeReader } from './gateway-notice.ts'

export type GatewayConfig =
  | { kind: 'sandbox'; url: string }
  | {
      kind: 'stripe'
      secretKey: string
      returnUrl: string
      webhookSecrets: readonly string[]
      apiBase?: string
    }

export interface OpenedGateway {
  gateway: PaymentGateway
  /** Null for a gateway that tells nothing on its own account, or whose notices could not be verified. */
  readNotice: NoticeReader | null
}

/** `tellOperator` hears what only an operator can mend. */
export async function openGateway(
  config: GatewayConfig,
  tellOperator: (trouble: string) => void = () => {},
): Promise<OpenedGateway> {
  if (config.kind === 'sandbox') return { gateway: sandboxGateway(config), readNotice: null }
  const { webhookSecrets, ...options } = config
  if (!/^(sk|rk)_\w+$/.test(options.secretKey)) {
    throw new Error('Expected a secret or restricted key of Stripe (sk_… or rk_…), got something else')
  }
  const [{ stripeGateway }, { readStripeWebhook }] = await Promise.all([
    import('./gateway.stripe.ts'),
    import('./stripe/read-stripe-webhook.ts'),
  ])
  return {
    gateway: stripeGateway({ ...options, tellOperator }),
    readNotice:
      webhookSecrets.length === 0
        ? null
        : (rawBody, signatureHeader, now) => readStripeWebhook(rawBody, signatureHeader, webhookSecrets, now),
  }
}
