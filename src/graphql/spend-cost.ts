/** Takes an operation's cost off what its caller may ask for in a minute. Null: there was enough. */
import type { Context } from './context.ts'

export async function spendCost(
  cost: number,
  { deps, viewer, address }: Context,
): Promise<{ retryAfterMs: number } | null> {
  const points = Math.max(1, cost)
  const [ofAddress, ofBuyer] = await Promise.all([
    deps.rateLimiter.consume('cost_of_address', address, points),
    viewer.buyerId === null ? null : deps.rateLimiter.consume('cost_of_buyer', viewer.buyerId, points),
  ])
  return ofAddress ?? ofBuyer
}
