/** A lock that its buyer names: how it is found in the ledger, and when it counts as ended. */
import type { Done, LedgerLock, LockGone } from './ledger-replies.ts'
import { onLedger } from './ledger-step.ts'
import { LedgerRemoved, LockInCheckout, LockNotFound } from './refusals.ts'
import type { Room } from './room.ts'

export interface MyLock {
  showId: number
  lockId: string
  buyerId: string
}

/** null: expired, given back, or another buyer's. */
export async function lookAtMine(
  room: Room,
  { showId, lockId, buyerId }: MyLock,
): Promise<(LedgerLock & { placings: number[][] }) | null> {
  const found = await onLedger(room, showId, () => room.ledger.look(showId, lockId)).catch(nothingLeft)
  if (found.tag === 'not_found' || found.lock.buyerId !== buyerId || hasEnded(found.lock)) return null
  return { ...found.lock, placings: found.placings }
}

const hasEnded = (lock: LedgerLock) =>
  lock.state === 'expired' ||
  lock.state === 'released' ||
  (lock.state === 'held' && lock.expiresAtMs <= lock.nowMs)

/** No lock outlives its show's ledger. */
export function nothingLeft(error: unknown): { tag: 'not_found' } {
  if (error instanceof LedgerRemoved) return { tag: 'not_found' }
  throw error
}

/** What the ledger answered about a lock, or why there is none. */
export function lockOf(reply: Done | LockGone): LedgerLock {
  switch (reply.tag) {
    case 'not_found':
      throw new LockNotFound()
    case 'in_checkout':
      throw new LockInCheckout()
    default:
      return reply.lock
  }
}
