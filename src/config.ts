/**
 * Every environment variable, read once, checked once, frozen. Two steps: names to raw values, then one pure function
 * with defaults, units and refusals of contradictions. docs/configuration.md lists them.
 */
import { availableParallelism } from 'node:os'
import { z } from 'zod'
import { readRedisAddress } from './platform/redis-address.ts'
import { readSealingKeys } from './platform/sealed.ts'

const flag = z.enum(['on', 'off']).transform((value) => value === 'on')
const csv = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
)
const port = z.coerce.number().int().min(0).max(65_535)
const secret = z.string().min(32, 'expected at least 32 characters')
const seconds = z.coerce.number().positive().max(86_400)

const environment = z.object({
  NODE_ENV: z.enum(['development', 'production', 'test']).default('development'),
  ROWLOCK_PROCESSES: z.coerce.number().int().min(1).max(256).optional(),
  HOST: z.string().default('127.0.0.1'),
  PORT: port.default(4000),
  DATABASE_URL: z.string().regex(/^postgres(ql)?:\/\//, 'expected postgresql://…'),
  REDIS_URL: z.string().superRefine((url, context) => {
    try {
      readRedisAddress(url)
    } catch (error) {
      context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) })
    }
  }),
  REDIS_KEY_PREFIX: z
    .string()
    .regex(/^[\w:.-]{0,40}$/, 'expected up to 40 letters, digits, or _ : . -')
    .default('rowlock:'),
  PG_POOL_MAX: z.coerce.number().int().min(2).max(500).default(25),
  /** Keys the hashes that derive buyer, lock and booking ids. Changing it orphans open locks and repeated requests. */
  ID_SECRET: secret,
  GUEST_TOKEN_SECRET: secret,
  /** Still accepted while tokens signed with it live. */
  GUEST_TOKEN_SECRET_PREVIOUS: secret.optional(),
  /** Seal what rests encrypted; the first seals, all open. */
  DATA_KEYS: z.string().transform((text, context) => {
    try {
      return readSealingKeys(text)
    } catch (error) {
      context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) })
      return z.NEVER
    }
  }),
  JWKS_URL: z.url().optional(),
  TOKEN_ISSUER: z.string().optional(),
  TOKEN_AUDIENCE: z.string().default('rowlock'),
  TOKEN_ROLES_CLAIM: z.string().default('roles'),
  /** A local issuer of account tokens, for development only. */
  DEV_ISSUER: flag.default(false),
  DEV_ISSUER_KEY_FILE: z.string().optional(),
  PAYMENT_GATEWAY: z.enum(['sandbox', 'stripe']).default('sandbox'),
  SANDBOX_GATEWAY_URL: z.url().optional(),
  STRIPE_SECRET_KEY: z
    .string()
    .regex(/^(sk|rk)_\w+$/, 'expected a secret or restricted key, sk_… or rk_…')
    .optional(),
  /** Where buyers come back from their bank when the shop named no page of its own. */
  STRIPE_RETURN_URL: z.url().optional(),
  STRIPE_WEBHOOK_SECRETS: csv.default([]),
  STRIPE_API_BASE: z.url().optional(),
  /** Where the web page is for buyers; links in letters begin with it. */
  PUBLIC_URL: z.url().optional(),
  SMTP_URL: z
    .string()
    .regex(/^smtps?:\/\//, 'expected smtp://… or smtps://…')
    .optional(),
  MAIL_FROM: z.string().min(3).max(200).default('Rowlock <tickets@localhost>'),
  /** Letters as files instead of by SMTP. */
  MAIL_FOLDER: z.string().optional(),
  ALLOWED_ORIGINS: csv.default([]),
  INTROSPECTION: flag.optional(),
  METRICS_TOKEN: z.string().min(16).optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('info'),
  /** 0: never by itself. */
  AUDIT_EVERY_SECONDS: z.coerce.number().int().min(0).max(86_400).default(3_600),
  LOCK_TTL_SECONDS: seconds.default(300),
  LOCK_EXTENSION_SECONDS: seconds.default(300),
  LOCK_AGE_SECONDS_MAX: seconds.default(900),
  SHUTDOWN_SECONDS_MAX: seconds.default(20),
  /** Whether X-Forwarded-For is to be believed: only behind a proxy that sets it. */
  TRUST_PROXY: flag.default(false),
  WEB_DIST: z.string().default('web/dist'),
})

export type Config = Readonly<ReturnType<typeof configOf>>

/** Tells every variable that is wrong at once: what was expected, what came, what to do. */
export class BadConfiguration extends Error {
  constructor(problems: string[]) {
    super(`The configuration cannot be used:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`)
  }
}

export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const present = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''))
  const parsed = environment.safeParse(present)
  if (!parsed.success) {
    throw new BadConfiguration(
      parsed.error.issues.map(({ path, message }) => {
        const name = String(path[0])
        const came =
          present[name] === undefined
            ? 'it is not set'
            : isSecret(name)
              ? 'what came is not shown'
              : `got "${present[name]}"`
        return `${name}: ${message}; ${came}`
      }),
    )
  }
  const problems = contradictionsIn(parsed.data)
  if (problems.length > 0) throw new BadConfiguration(problems)
  return Object.freeze(configOf(parsed.data))
}

const auditSecondsMin = 120

const isSecret = (name: string) => /SECRET|TOKEN|URL|KEY/.test(name)

type Environment = z.infer<typeof environment>

function contradictionsIn(env: Environment): string[] {
  const production = env.NODE_ENV === 'production'
  const problems: string[] = []
  if (production && env.DEV_ISSUER) {
    problems.push(
      'DEV_ISSUER=on in production: it hands out admin tokens to anyone. Unset it and set JWKS_URL.',
    )
  }
  if (Boolean(env.JWKS_URL) !== Boolean(env.TOKEN_ISSUER)) {
    problems.push('JWKS_URL and TOKEN_ISSUER belong together: set both, or neither for guests only.')
  }
  if (env.JWKS_URL && env.DEV_ISSUER) {
    problems.push('JWKS_URL and DEV_ISSUER=on contradict each other: accounts have one issuer. Unset one.')
  }
  if (production && env.JWKS_URL?.startsWith('http:')) {
    problems.push('JWKS_URL over http in production: keys fetched in the clear can be replaced. Use https.')
  }
  if (env.PAYMENT_GATEWAY === 'sandbox' && !env.SANDBOX_GATEWAY_URL) {
    problems.push('PAYMENT_GATEWAY=sandbox needs SANDBOX_GATEWAY_URL (`npm start` starts one and sets it).')
  }
  if (env.PAYMENT_GATEWAY === 'stripe' && !(env.STRIPE_SECRET_KEY && env.STRIPE_RETURN_URL)) {
    problems.push('PAYMENT_GATEWAY=stripe needs STRIPE_SECRET_KEY and STRIPE_RETURN_URL (docs/stripe.md).')
  }
  if (env.SMTP_URL && env.MAIL_FOLDER) {
    problems.push('SMTP_URL and MAIL_FOLDER contradict each other: letters go one way. Unset one.')
  }
  if (production && !env.SMTP_URL && !env.MAIL_FOLDER) {
    problems.push('Neither SMTP_URL nor MAIL_FOLDER is set: no buyer would get a letter. Set one.')
  }
  if (production && !env.PUBLIC_URL) {
    problems.push(
      'PUBLIC_URL is not set: links in letters would lead nowhere. Set it to the address of the shop.',
    )
  }
  if (production && env.STRIPE_API_BASE) {
    problems.push(
      'STRIPE_API_BASE in production: payments would go to something that is not Stripe. Unset it.',
    )
  }
  if (env.ID_SECRET === env.GUEST_TOKEN_SECRET) {
    problems.push('ID_SECRET and GUEST_TOKEN_SECRET are the same: give each its own.')
  }
  if (env.AUDIT_EVERY_SECONDS > 0 && env.AUDIT_EVERY_SECONDS < auditSecondsMin) {
    problems.push(
      `AUDIT_EVERY_SECONDS is ${env.AUDIT_EVERY_SECONDS}, expected 0 (never) or at least ${auditSecondsMin}: an audit itself may wait a minute.`,
    )
  }
  if (env.LOCK_AGE_SECONDS_MAX < env.LOCK_TTL_SECONDS) {
    problems.push(
      'LOCK_AGE_SECONDS_MAX is shorter than LOCK_TTL_SECONDS: a lock would be too old when placed.',
    )
  }
  return problems
}

function configOf(env: Environment) {
  const production = env.NODE_ENV === 'production'
  return {
    production,
    processes: env.ROWLOCK_PROCESSES ?? (production ? availableParallelism() : 1),
    host: env.HOST,
    port: env.PORT,
    databaseUrl: env.DATABASE_URL,
    poolConnectionsMax: env.PG_POOL_MAX,
    redisUrl: env.REDIS_URL,
    redisKeyPrefix: env.REDIS_KEY_PREFIX,
    idSecret: env.ID_SECRET,
    guestTokenSecret: env.GUEST_TOKEN_SECRET,
    guestTokenSecretPrevious: env.GUEST_TOKEN_SECRET_PREVIOUS,
    dataKeys: env.DATA_KEYS,
    accounts: env.JWKS_URL && env.TOKEN_ISSUER ? { jwksUrl: env.JWKS_URL, issuer: env.TOKEN_ISSUER } : null,
    tokenAudience: env.TOKEN_AUDIENCE,
    tokenRolesClaim: env.TOKEN_ROLES_CLAIM,
    devIssuer: env.DEV_ISSUER ? { keyFile: env.DEV_ISSUER_KEY_FILE } : null,
    gateway: gatewayOf(env),
    mail: mailOf(env),
    publicUrl: env.PUBLIC_URL ?? `http://${env.HOST}:${env.PORT}`,
    allowedOrigins: env.ALLOWED_ORIGINS,
    introspection: env.INTROSPECTION ?? !production,
    metricsToken: env.METRICS_TOKEN,
    logLevel: env.LOG_LEVEL,
    auditEveryMs: env.AUDIT_EVERY_SECONDS * 1000,
    lockTimes: {
      lockTtlMs: env.LOCK_TTL_SECONDS * 1000,
      extensionMs: env.LOCK_EXTENSION_SECONDS * 1000,
      lockAgeMsMax: env.LOCK_AGE_SECONDS_MAX * 1000,
    },
    shutdownMsMax: env.SHUTDOWN_SECONDS_MAX * 1000,
    trustProxy: env.TRUST_PROXY,
    webDist: env.WEB_DIST,
  }
}

function gatewayOf(env: Environment) {
  if (env.PAYMENT_GATEWAY === 'sandbox')
    return { kind: 'sandbox' as const, url: env.SANDBOX_GATEWAY_URL ?? '' }
  return {
    kind: 'stripe' as const,
    secretKey: env.STRIPE_SECRET_KEY ?? '',
    returnUrl: env.STRIPE_RETURN_URL ?? '',
    webhookSecrets: env.STRIPE_WEBHOOK_SECRETS,
    ...(env.STRIPE_API_BASE && { apiBase: env.STRIPE_API_BASE }),
  }
}

function mailOf(env: Environment) {
  if (env.SMTP_URL) return { kind: 'smtp' as const, url: env.SMTP_URL, from: env.MAIL_FROM }
  return env.MAIL_FOLDER ? { kind: 'folder' as const, folder: env.MAIL_FOLDER } : null
}
