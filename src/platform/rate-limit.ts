/**
 * How often somebody may do something. Redis counts for all processes together. While it is away or slow each
 * process counts for itself, so a limit still holds, process by process, and nobody waits for the answer.
 */
import { createHash } from 'node:crypto'
import type { Cluster, Redis } from 'ioredis'
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible'
import { bucketOf } from './address-bucket.ts'

export interface Rate {
  /** Points that may be spent within a window, which begins with the first of them. */
  points: number
  windowS: number
}

export interface RateLimiter<Operation extends string> {
  /** Null: go on. Else how long to wait. A call costs one point unless it says otherwise. */
  consume(operation: Operation, who: string, points?: number): Promise<{ retryAfterMs: number } | null>
}

export interface RateLimiterOptions<Operation extends string> {
  /** Null: this process counts alone. */
  redis: Redis | Cluster | null
  keyPrefix: string
  rates: Readonly<Record<Operation, Rate>>
  nowMs: () => number
  onRefused?: (operation: Operation) => void
  /** Called when counting moves from Redis to the process, at most once per `restMs`. */
  onAway?: (error: unknown) => void
  /** An answer of Redis that takes longer is not waited for. */
  answerMsMax?: number
  /** After a failure Redis is left alone for this long. */
  restMs?: number
  /** Keys that the process counts itself at most: with more callers than that, some share a key. */
  ownKeysMax?: number
}

interface Pair {
  shared: RateLimiterRedis | null
  own: RateLimiterMemory
}

export function createRateLimiter<Operation extends string>(
  options: RateLimiterOptions<Operation>,
): RateLimiter<Operation> {
  const { redis, rates, nowMs, answerMsMax = 250, restMs = 1_000, ownKeysMax = 131_072 } = options
  const pairs = new Map<string, Pair>()
  for (const [operation, { points, windowS }] of Object.entries<Rate>(rates)) {
    const limits = { keyPrefix: `${options.keyPrefix}rate:${operation}`, points, duration: windowS }
    const shared =
      redis && new RateLimiterRedis({ ...limits, storeClient: redis, rejectIfRedisNotReady: true })
    pairs.set(operation, { shared, own: new RateLimiterMemory(limits) })
  }
  let restsUntilMs = 0

  /** Undefined: Redis did not answer. */
  async function askRedis(pair: Pair, key: string, points: number): Promise<RateLimiterRes | undefined> {
    if (!pair.shared || nowMs() < restsUntilMs) return undefined
    try {
      return await before(answerMsMax, settle(pair.shared.consume(key, points)))
    } catch (error) {
      if (nowMs() >= restsUntilMs) options.onAway?.(error)
      restsUntilMs = nowMs() + restMs
      return undefined
    }
  }

  return {
    async consume(operation, who, points = 1) {
      const pair = pairs.get(operation)
      if (!pair) throw new Error(`There is no rate for ${operation}`)
      const key = bucketOf(who)
      const whole = Math.ceil(points)
      const answer =
        (await askRedis(pair, key, whole)) ??
        (await settle(pair.own.consume(hashBelow(ownKeysMax, key), whole)))
      if (answer.consumedPoints <= rates[operation].points) return null
      options.onRefused?.(operation)
      return { retryAfterMs: Math.max(1, answer.msBeforeNext) }
    },
  }
}

/** The library rejects with the count when it is exceeded; here both are an answer, and only failures reject. */
function settle(consumed: Promise<RateLimiterRes>): Promise<RateLimiterRes> {
  return consumed.catch((reason: unknown) => {
    if (reason instanceof RateLimiterRes) return reason
    throw reason
  })
}

async function before<T>(msMax: number, answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`Redis did not answer within ${msMax} ms`)), msMax)
  })
  // Whichever loses the race must not end the process with its rejection.
  answer.catch(() => {})
  try {
    return await Promise.race([answer, late])
  } finally {
    clearTimeout(timer)
  }
}

function hashBelow(max: number, text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0) % max
}
