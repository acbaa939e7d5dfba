/**
 * Concurrent takings share a commit. Members gather while a batch is in flight; there is no timer, so an idle
 * server answers at once and a busy one fills its batches (group commit).
 *
 * Each lock and each seat stands once in a batch; the second waits for the next. A member whose deadline passes
 * leaves before its batch starts; after that its outcome is awaited. After an unknown COMMIT the same call is made
 * again before anyone is answered: it finds its own rows. Deadlocks and lock timeouts are rerun in halves.
 */
import type { PoolClient } from 'pg'
import type { Pool } from '../platform/postgres.ts'
import { sqlState } from '../platform/transaction.ts'
import { ClaimsAway } from './refusals.ts'
import type { SeatingLimits } from './seating-limits.ts'

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

interface Waiting {
  taking: Taking
  deadlineMs: number
  resolve(verdict: TakingVerdict): void
  reject(error: Error): void
}

/** The member never reached the database: nothing is known to it. */
export class NotSent extends ClaimsAway {}

export interface ClaimBatchDeps {
  pool: Pool
  nowMs: () => number
  limits: Pick<
    SeatingLimits,
    | 'batchMembersMax'
    | 'batchSeatsMax'
    | 'batchesInFlightMax'
    | 'batchQueueMax'
    | 'batchRetriesMax'
    | 'statementTimeoutMs'
  >
}

export class ClaimBatch {
  readonly #deps: ClaimBatchDeps
  #queue: Waiting[] = []
  #inFlight = 0
  #idle: (() => void)[] = []

  constructor(deps: ClaimBatchDeps) {
    this.#deps = deps
  }

  take(taking: Taking, deadlineMs: number): Promise<TakingVerdict> {
    if (this.#queue.length >= this.#deps.limits.batchQueueMax)
      return Promise.reject(new NotSent('the queue is full'))
    return new Promise((resolve, reject) => {
      this.#queue.push({ taking, deadlineMs, resolve, reject })
      this.#pump()
    })
  }

  /** Resolves when nothing is waiting or in flight. */
  async drained(): Promise<void> {
    while (this.#inFlight > 0 || this.#queue.length > 0) {
      await new Promise<void>((resolve) => this.#idle.push(resolve))
    }
  }

  #pump(): void {
    while (this.#inFlight < this.#deps.limits.batchesInFlightMax) {
      const batch = this.#admit()
      if (batch.length === 0) break
      this.#inFlight += 1
      void this.#run(batch).finally(() => {
        this.#inFlight -= 1
        for (const wake of this.#idle.splice(0)) wake()
        this.#pump()
      })
    }
  }

  #admit(): Waiting[] {
    const { batchMembersMax, batchSeatsMax } = this.#deps.limits
    const now = this.#deps.nowMs()
    const batch: Waiting[] = []
    const later: Waiting[] = []
    const used = new Set<string>()
    let seats = 0
    for (const waiting of this.#queue) {
      if (waiting.deadlineMs <= now) {
        waiting.reject(new NotSent('the deadline passed before the batch began'))
        continue
      }
      const keys = keysOf(waiting.taking)
      const full =
        batch.length >= batchMembersMax || (batch.length > 0 && seats + keys.length > batchSeatsMax)
      if (full || keys.some((key) => used.has(key))) {
        later.push(waiting)
        continue
      }
      for (const key of keys) used.add(key)
      seats += keys.length
      batch.push(waiting)
    }
    this.#queue = later
    return batch
  }

  async #run(batch: Waiting[]): Promise<void> {
    try {
      const verdicts = await this.#takeRepeatedly(batch.map((waiting) => waiting.taking))
      batch.forEach((waiting, index) => {
        const verdict = verdicts[index]
        if (verdict) waiting.resolve(verdict)
        else waiting.reject(new Error('take_claims answered for fewer members than it was given'))
      })
    } catch (error) {
      const code = sqlState(error)
      if ((code === '40P01' || code === '55P03') && batch.length > 1) {
        const middle = Math.ceil(batch.length / 2)
        await this.#run(batch.slice(0, middle))
        await this.#run(batch.slice(middle))
        return
      }
      for (const waiting of batch) waiting.reject(new ClaimsAway(error))
    }
  }

  /** No answer means that the commit may have happened: the same call again tells. */
  async #takeRepeatedly(takings: Taking[]): Promise<TakingVerdict[]> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await takeClaims(this.#deps.pool, takings, this.#deps.limits.statementTimeoutMs)
      } catch (error) {
        const code = sqlState(error)
        const mayRepeat =
          code === undefined || code.startsWith('57P') || (code === '55P03' && takings.length === 1)
        if (!mayRepeat || attempt >= this.#deps.limits.batchRetriesMax) throw error
        await new Promise((resolve) => setTimeout(resolve, 25 * attempt))
      }
    }
  }
}

const keysOf = (taking: Taking) => [taking.lockId, ...taking.seats.map((seat) => `${taking.showId}/${seat}`)]

async function takeClaims(pool: Pool, takings: Taking[], timeoutMs: number): Promise<TakingVerdict[]> {
  const client = await pool.connect()
  let failure: Error | undefined
  try {
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
    if (sqlState(error) === undefined) failure = error instanceof Error ? error : new Error(String(error))
    throw error
  } finally {
    // An unanswered connection is closed: its statement must not be mistaken for a later one's.
    client.release(failure)
  }
}

async function answeredWithin(
  client: PoolClient,
  timeoutMs: number,
  query: { name: string; text: string; values: unknown[] },
) {
  let timer: NodeJS.Timeout | undefined
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`PostgreSQL gave no answer within ${timeoutMs} ms`)), timeoutMs)
  })
  const answer = client.query(query)
  answer.catch(() => {})
  try {
    return await Promise.race([answer, silence])
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
