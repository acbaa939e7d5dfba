/**
 * One call of the SQL function take_claims: takings that the ledger decided become claims in one commit. Repeatable: a
 * second call with the same takings finds its own rows.
 */
import type { PoolClient } from 'pg'
import type { Pool } from '../platform/postgres.ts'
import { isPostgresAway } from '../platform/postgres-away.ts'
import { sqlState } from '../platform/transaction.ts'
import { ClaimsAway } from './refusals.ts'

export interface Taking {
  showId: number
  /** The epoch and the moment (Redis' clock) under which the ledger decided. */
  epoch: number
  decidedAt: Date
  expiresAt: Date
  lockId: string
  buyerId: string
  seats: number[]
}

export type TakingVerdict =
  | { tag: 'taken'; epoch: number; priceListId: number | null }
  | { tag: 'stale'; epoch: number }
  | { tag: 'not_on_sale' }
  | { tag: 'conflict'; epoch: number; seats: number[] }

export interface TakeClaims {
  takings: Taking[]
  timeoutMs: number
  /** Called before the statement goes out: from then on a failure leaves the outcome unknown. */
  onSent: () => void
}

export async function takeClaims(
  pool: Pool,
  { takings, timeoutMs, onSent }: TakeClaims,
): Promise<TakingVerdict[]> {
  const client = await connectWithin(pool, timeoutMs)
  let failure: Error | undefined
  try {
    onSent()
    const { rows } = await answeredWithin(client, timeoutMs, {
      name: 'take_claims',
      text: 'SELECT * FROM take_claims($1, $2, $3, $4, $5, $6, $7, $8)',
      values: [
        takings.map((taking) => taking.showId),
        takings.map((taking) => taking.epoch),
        takings.map((taking) => taking.lockId),
        takings.map((taking) => taking.buyerId),
        takings.map((taking) => taking.decidedAt),
        takings.map((taking) => taking.expiresAt),
        takings.flatMap((taking, index) => taking.seats.map(() => index + 1)),
        takings.flatMap((taking) => taking.seats),
      ],
    })
    const verdicts: TakingVerdict[] = []
    for (const row of rows as VerdictRow[]) verdicts[row.member - 1] = toVerdict(row)
    return verdicts
  } catch (error) {
    if (endsConnection(error)) failure = error instanceof Error ? error : new Error(String(error))
    throw error
  } finally {
    // An unanswered connection is closed: its statement must not be mistaken for a later one's.
    client.release(failure)
  }
}

const endsConnection = (error: unknown) => /^(57P|08|$)/.test(sqlState(error) ?? '')

/** No answer, or one that ends the connection or leaves the outcome to chance. */
export const isAway = (error: unknown): error is Error => error instanceof ClaimsAway || isPostgresAway(error)

async function connectWithin(pool: Pool, timeoutMs: number): Promise<PoolClient> {
  const connecting = pool.connect()
  try {
    return await within(timeoutMs, connecting)
  } catch (error) {
    // One that comes after all goes back unused.
    connecting.then(
      (client) => client.release(),
      () => {},
    )
    throw error
  }
}

function answeredWithin(
  client: PoolClient,
  timeoutMs: number,
  query: { name: string; text: string; values: unknown[] },
) {
  const answer = client.query(query)
  answer.catch(() => {})
  return within(timeoutMs, answer)
}

async function within<Answer>(timeoutMs: number, work: Promise<Answer>): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new ClaimsAway(`PostgreSQL gave no answer within ${timeoutMs} ms`)),
      timeoutMs,
    )
  })
  try {
    return await Promise.race([work, silence])
  } finally {
    clearTimeout(timer)
  }
}

interface VerdictRow {
  member: number
  verdict: TakingVerdict['tag']
  current_epoch: string | null
  price_list: number | null
  conflicts: number[]
}

function toVerdict(row: VerdictRow): TakingVerdict {
  const epoch = Number(row.current_epoch)
  switch (row.verdict) {
    case 'taken':
      return { tag: 'taken', epoch, priceListId: row.price_list }
    case 'stale':
      return { tag: 'stale', epoch }
    case 'not_on_sale':
      return { tag: 'not_on_sale' }
    case 'conflict':
      return { tag: 'conflict', epoch, seats: row.conflicts }
  }
}
