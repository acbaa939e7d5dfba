/**
 * Breakers and retries, as the operations document has them, over cockatiel. Only outages count as failures: a refusal
 * is an answer of a service that works. A breaker opens when half of the calls of its window failed, is open for a
 * while, and then lets one call through to see.
 */
import {
  BrokenCircuitError,
  type CircuitBreakerPolicy,
  CircuitState,
  circuitBreaker,
  DelegateBackoff,
  handleWhen,
  retry,
  SamplingBreaker,
} from 'cockatiel'
import { Outage } from './failures.ts'

const breakerLimits = {
  /** Operations document: half of the calls. */
  failedShare: 0.5,
  windowMs: 10_000,
  /** Fewer calls say too little. */
  callsPerSecondMin: 1,
  openMs: 2_000,
}
type BreakerLimits = typeof breakerLimits

export interface Breaker {
  readonly name: string
  readonly isOpen: boolean
  /** Throws what `shut` makes, at once and without calling, while it is open. */
  run<Answer>(work: () => Promise<Answer>, shut: () => Error): Promise<Answer>
}

export interface BreakerOptions {
  name: string
  onMoved?: (isOpen: boolean) => void
  limits?: Partial<BreakerLimits>
}

const isOutage = (error: Error) => error instanceof Outage

export function openBreaker({ name, onMoved = () => {}, ...options }: BreakerOptions): Breaker {
  const limits = { ...breakerLimits, ...options.limits }
  const policy: CircuitBreakerPolicy = circuitBreaker(handleWhen(isOutage), {
    halfOpenAfter: limits.openMs,
    breaker: new SamplingBreaker({
      threshold: limits.failedShare,
      duration: limits.windowMs,
      minimumRps: limits.callsPerSecondMin,
    }),
  })
  policy.onBreak(() => onMoved(true))
  policy.onReset(() => onMoved(false))
  return {
    name,
    get isOpen() {
      return policy.state === CircuitState.Open
    },
    async run(work, shut) {
      try {
        return await policy.execute(work)
      } catch (error) {
        throw error instanceof BrokenCircuitError ? shut() : error
      }
    },
  }
}

/** Tries again after each of these pauses, where there was an outage and `mayRetry` agrees. */
export async function withRetries<Answer>(
  pausesMs: readonly number[],
  work: () => Promise<Answer>,
  mayRetry: (error: unknown) => boolean = () => true,
): Promise<Answer> {
  const policy = retry(
    handleWhen((error) => isOutage(error) && mayRetry(error)),
    {
      maxAttempts: pausesMs.length,
      // Jitter keeps callers that failed together from coming back together.
      backoff: new DelegateBackoff(
        ({ attempt }) => (pausesMs[attempt - 1] ?? 0) * (0.8 + Math.random() * 0.4),
      ),
    },
  )
  return await policy.execute(work)
}
