/** The servers that an audit asks, as the environment or the running instance names them; none of them can be changed. */
import { openGateway, type PaymentGateway } from '../../src/payment/index.ts'
import { openPostgres, type Postgres, postgresDefaults } from '../../src/platform/postgres.ts'

/** The sentence says what was expected, what came, and what to do. */
export class CannotAudit extends Error {}

/** Not migrated, and every transaction of it read-only: the system is left as it is. */
export function onlyReading(url: string): Pick<Postgres, 'pool' | 'close'> {
  const postgres = openPostgres(
    { ...postgresDefaults, url, connectionsMax: 4, applicationName: 'rowlock-audit' },
    () => {},
  )
  // First in the queue of every new connection. If it fails, so does what comes after it.
  postgres.pool.on('connect', (client) => {
    client.query('SET default_transaction_read_only = on').catch(() => {})
  })
  return postgres
}

export function redisIn({ REDIS_URL }: NodeJS.ProcessEnv): string {
  if (REDIS_URL) return REDIS_URL
  throw new CannotAudit(
    'Expected REDIS_URL, or an instance that runs in this folder; found neither, so no ledger can be compared. ' +
      'Set it, run `npm start`, or leave the ledgers out with --without-ledgers.',
  )
}

type Looking = Pick<PaymentGateway, 'name' | 'look'>

/** The gateway as the configuration names it, of which an audit needs only what looking takes. */
export async function gatewayIn(env: NodeJS.ProcessEnv): Promise<Looking> {
  const { PAYMENT_GATEWAY = 'sandbox', SANDBOX_GATEWAY_URL: url, STRIPE_SECRET_KEY: secretKey } = env
  const apiBase = env.STRIPE_API_BASE
  if (PAYMENT_GATEWAY === 'sandbox' && url) return (await openGateway({ kind: 'sandbox', url })).gateway
  if (PAYMENT_GATEWAY === 'stripe' && secretKey) {
    const stripe = { kind: 'stripe', secretKey, returnUrl: '', webhookSecrets: [] } as const
    return (await openGateway({ ...stripe, ...(apiBase && { apiBase }) })).gateway
  }
  throw new CannotAudit(
    'Expected SANDBOX_GATEWAY_URL, or PAYMENT_GATEWAY=stripe and STRIPE_SECRET_KEY, for --gateway; found ' +
      `PAYMENT_GATEWAY=${PAYMENT_GATEWAY} without it, and no instance that runs in this folder. ` +
      'Set it, or leave --gateway out.',
  )
}
