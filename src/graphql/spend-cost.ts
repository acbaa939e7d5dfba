/** Takes an operation's cost off what its caller may ask for in a minute: the buyer's own share, and the address's. */
import type { Context } from './context.ts'
import { RateLimited } from './refusals.ts'

export async function spendCost(cost: number, { deps, viewer, address }: Context): Promise<void> {
  const points = Math.max(1, cost)
  const refused =
    viewer.buyerId === null
      ? await deps.rateLimiter.consume('cost_of_address', address, points)
      : await deps.rateLimiter.consume('cost_of_buyer', viewer.buyerId, points)
  if (refused) throw new RateLimited(refused.retryAfterMs)
}
