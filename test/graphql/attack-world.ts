/**
 * A whole API process, as in production, on its own PostgreSQL, Redis and payment sandbox, for clients who mean harm.
 * Whatever they send, the process must live, answer clearly, tell nothing of what is inside, and have no fault to log.
 */
import { expect } from 'vitest'
import { printId } from '../../src/graphql/index.ts'
import { createIdentity } from '../../src/identity/index.ts'
import { systemClock } from '../../src/platform/clock.ts'
import { openPostgres, postgresDefaults } from '../../src/platform/postgres.ts'
import { openSale } from '../../src/seating/index.ts'
import { type ApiProcess, rowlockWorld, worldSecrets } from '../world/rowlock.ts'
import { seedHall } from './seed-hall.ts'

export async function attackWorld(env: Record<string, string> = {}) {
  const world = await rowlockWorld()
  const postgres = openPostgres({ ...postgresDefaults, url: world.database.url, connectionsMax: 2 }, () => {})
  const hall = await seedHall(postgres.pool, { openSale: (request) => openSale(postgres.pool, request) })
  await postgres.close()
  const api = await world.api({ LOG_LEVEL: 'debug', DEV_ISSUER: 'on', ...env })

  return {
    ...world,
    server: api,
    url: api.url,
    hall,
    showId: (name: keyof typeof hall.shows = 'onSale') => printId('Show', hall.shows[name]),
    ask: client(api),
    async guest() {
      const [token = ''] = await world.guests(1)
      return { token, ask: client(api, token) }
    },
    /** A guest's token that ends within two seconds. */
    async shortToken() {
      const identity = createIdentity({
        idSecret: worldSecrets.ID_SECRET,
        guests: { secret: worldSecrets.GUEST_TOKEN_SECRET, ttlMs: 2_000 },
        accounts: null,
        clock: systemClock,
      })
      return (await identity.issueGuestToken()).token
    },
    /** A token of the development issuer. */
    async account(role: string, subject: string) {
      const answer = await fetch(`${api.url}/dev/token/${role}?subject=${subject}`)
      const { token } = (await answer.json()) as { token: string }
      return { token, ask: client(api, token) }
    },
    /** Sends a body as it is. */
    post: (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
      fetch(`${api.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body,
      }),
    /** What the process wrote of its own faults: nothing, whatever was sent. */
    faults: () => faultsIn(api.output()),
    async isAlive() {
      return (await fetch(`${api.url}/healthz`)).ok
    },
  }
}

export type AttackWorld = Awaited<ReturnType<typeof attackWorld>>

export interface Answer {
  status: number
  data: Record<string, unknown> | null | undefined
  errors: { message: string; path?: unknown[]; extensions: { code: string; [key: string]: unknown } }[]
  text: string
}

export type Ask = (query: string, variables?: Record<string, unknown>) => Promise<Answer>

export function client({ url }: Pick<ApiProcess, 'url'>, token?: string): Ask {
  return async (query, variables) => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
      body: JSON.stringify({ query, variables }),
    })
    return readAnswer(response)
  }
}

/** Reads an answer, and holds it to what every answer promises. */
export async function readAnswer(response: Response): Promise<Answer> {
  const text = await response.text()
  expectNothingInner(text)
  const { data, errors = [] } = JSON.parse(text) as Partial<Answer>
  for (const { message, extensions } of errors) {
    expect(message).toMatch(/^.{10,}$/s)
    expect(extensions.code).toMatch(/^[A-Z_]+$/)
  }
  return { status: response.status, data, errors, text }
}

const innerSigns =
  /node_modules|\/src\/|\.[jt]s:\d+|\bat \w+ \(|\bSELECT\b|\bINSERT\b|seat_claim|show_ledger|[Pp]risma|ioredis|ECONN|SQLSTATE|\b22\d{3}\b|stacktrace|postgres(ql)?:\/\/|redis:\/\//

export function expectNothingInner(text: string): void {
  expect(text).not.toMatch(innerSigns)
}

/** The code of the one error or refusal in an answer. */
export function toldCode({ data, errors }: Answer): string | undefined {
  const [first] = errors
  if (first) return first.extensions.code
  const [value] = Object.values(data ?? {})
  return (value as { code?: string } | null | undefined)?.code
}

function faultsIn(output: string): string[] {
  return output.split('\n').filter((line) => /\b(ERROR|FATAL)\b|nhandled/.test(line))
}
