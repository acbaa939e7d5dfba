/** The steps that mutations share: who calls, how often, with which key, and outages as an answer. */
import { BookingQueued } from '../booking/index.ts'
import { isSignedIn } from '../identity/index.ts'
import { Outage } from '../platform/failures.ts'
import { DatabaseAway, isPostgresAway } from '../platform/postgres-away.ts'
import type { Context, LimitedOperation } from './context.ts'
import { BadIdempotencyKey, NotSignedIn, Queued, RateLimited, TryAgain } from './refusals.ts'

export function requireBuyer({ viewer }: Context): string {
  if (!isSignedIn(viewer)) throw new NotSignedIn()
  return viewer.buyerId
}

export async function requireCalm(context: Context, operation: LimitedOperation, who: string): Promise<void> {
  const refused = await context.deps.rateLimiter.consume(operation, who)
  if (refused) throw new RateLimited(refused.retryAfterMs)
}

export function checkKey(idempotencyKey: string): string {
  if (!/^[\w-]{1,64}$/.test(idempotencyKey)) throw new BadIdempotencyKey()
  return idempotencyKey
}

/** An outage becomes the member `TryAgain` of the result, or `Queued`; every other error passes. */
export async function orTryAgain<T>(step: () => Promise<T>): Promise<T> {
  try {
    return await step()
  } catch (error) {
    if (error instanceof BookingQueued) throw new Queued(error)
    if (error instanceof Outage) throw new TryAgain(error)
    if (isPostgresAway(error)) throw new TryAgain(new DatabaseAway(error))
    throw error
  }
}
