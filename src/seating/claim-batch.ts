/**
 * Concurrent takings share a commit. Members gather while a batch is in flight; there is no timer that holds them, so an
 * idle server answers at once and a busy one fills its batches (group commit).
 *
 * Each lock and each seat stands once in a batch; the second waits for the next. A member whose deadline passes
 * leaves before its batch starts; after that its outcome is awaited. After an unknown COMMIT the same call is made
 * again before anyone is answered: it finds its own rows. Deadlocks and lock timeouts are rerun in halves.
 */
import type { Pool } from '../platform/postgres.ts'
import { sqlState } from '../platform/transaction.ts'
import { ClaimsAway } from './refusals.ts'
import type { SeatingLimits } from './seating-limits.ts'
import { isAway, type Taking, type TakingVerdict, takeClaims } from './take-claims.ts'

interface Waiting {
  taking: Taking
  deadlineMs: number
  resolve(verdict: TakingVerdict): void
  reject(error: unknown): void
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
    | 'batchTryMsMax'
    | 'statementTimeoutMs'
  >
}

export class ClaimBatch {
  readonly #deps: ClaimBatchDeps
  #queue: Waiting[] = []
  #inFlight = 0
  #idle: (() => void)[] = []
  #deadline: NodeJS.Timeout | undefined

  constructor(deps: ClaimBatchDeps) {
    this.#deps = deps
  }

  take(taking: Taking, deadlineMs: number): Promise<TakingVerdict> {
    if (this.#queue.length >= this.#deps.limits.batchQueueMax)
      return Promise.reject(new NotSent('the queue is full'))
    return new Promise((resolve, reject) => {
      this.#queue.push({ taking, deadlineMs, resolve, reject })
      this.#pump()
      this.#watchDeadlines()
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
    this.#dropLate()
    const { batchMembersMax, batchSeatsMax } = this.#deps.limits
    const batch: Waiting[] = []
    const later: Waiting[] = []
    const used = new Set<string>()
    let seats = 0
    for (const waiting of this.#queue) {
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

  #dropLate(): void {
    const now = this.#deps.nowMs()
    this.#queue = this.#queue.filter((waiting) => {
      if (waiting.deadlineMs > now) return true
      waiting.reject(new NotSent('the deadline passed before the batch began'))
      return false
    })
  }

  /** While PostgreSQL is silent no batch ends, and those who wait behind it must still be told in time. */
  #watchDeadlines(): void {
    if (this.#deadline || this.#queue.length === 0) return
    const earliest = Math.min(...this.#queue.map((waiting) => waiting.deadlineMs))
    this.#deadline = setTimeout(
      () => {
        this.#deadline = undefined
        this.#dropLate()
        this.#watchDeadlines()
      },
      Math.max(1, Math.ceil(earliest - this.#deps.nowMs())),
    )
    this.#deadline.unref()
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
      if (isHeldUp(error) && batch.length > 1) {
        const middle = Math.ceil(batch.length / 2)
        await this.#run(batch.slice(0, middle))
        await this.#run(batch.slice(middle))
        return
      }
      const outcome = isAway(error) && !(error instanceof ClaimsAway) ? new ClaimsAway(error) : error
      for (const waiting of batch) waiting.reject(outcome)
    }
  }

  /** No answer means that the commit may have happened: the same call again tells. */
  async #takeRepeatedly(takings: Taking[]): Promise<TakingVerdict[]> {
    const { pool, nowMs, limits } = this.#deps
    const { statementTimeoutMs: timeoutMs, batchTryMsMax, batchRetriesMax } = limits
    const lastTryMs = nowMs() + batchTryMsMax
    let sent = false
    const onSent = () => {
      sent = true
    }
    for (let attempt = 1; ; attempt++) {
      try {
        return await takeClaims(pool, { takings, timeoutMs, onSent })
      } catch (error) {
        if (!isAway(error) || (isHeldUp(error) && takings.length > 1)) throw error
        if (attempt >= batchRetriesMax || nowMs() >= lastTryMs) throw sent ? error : new NotSent(error)
        await new Promise((resolve) => setTimeout(resolve, 25 * attempt))
      }
    }
  }
}

const keysOf = (taking: Taking) => [taking.lockId, ...taking.seats.map((seat) => `${taking.showId}/${seat}`)]

/** Deadlock, or a lock that was not to be had in time: another writer was in the way of one of the members. */
function isHeldUp(error: unknown): boolean {
  const code = sqlState(error)
  return code === '40P01' || code === '55P03'
}
