/** What a ledger must say, from the claims alone: the whole of it for a rebuild, or one seat for a seat_sync. Pure. */
import type { Claim } from './claims.ts'
import type { StatusLetter } from './frame.ts'
import type { ClaimedLock, LoadArgs, SettledSeat } from './ledger-calls.ts'

const letterOf = { locked: 'l', paying: 'l', sold: 'b', closed: 'n' } as const
const lockStateOf = { locked: 'held', paying: 'checkout', sold: 'converted' } as const

export const claimLetter = (claim: Claim | undefined): StatusLetter => (claim ? letterOf[claim.state] : 'a')

export const settledSeat = (seatNo: number, claim: Claim | undefined): SettledSeat => ({
  ...{ seatNo, letter: claimLetter(claim) },
  holder: claim ? lockOf(claim) : null,
})

/** Whatever the ledger knows. */
export function ledgerOf(claims: Claim[], seatCount: number): Omit<LoadArgs, 'epoch'> {
  const statuses = Buffer.alloc(seatCount, 'a')
  const locks = new Map<string, LoadArgs['locks'][number]>()
  for (const claim of claims) {
    statuses[claim.seatNo] = letterOf[claim.state].charCodeAt(0)
    const claimed = lockOf(claim)
    if (!claimed) continue
    const lock = locks.get(claimed.lockId) ?? { ...claimed, seats: [] }
    lock.seats.push(claim.seatNo)
    // A seat that joined later was decided later, and after an extension it does not know of it.
    lock.placedAtMs = Math.min(lock.placedAtMs, claimed.placedAtMs)
    lock.extended ||= claimed.extended
    locks.set(claimed.lockId, lock)
  }
  return { statuses: statuses.toString('latin1'), locks: [...locks.values()] }
}

function lockOf(claim: Claim): ClaimedLock | null {
  if (claim.state === 'closed' || !claim.lockId || !claim.buyerId) return null
  return {
    lockId: claim.lockId,
    buyerId: claim.buyerId,
    state: lockStateOf[claim.state],
    expiresAtMs: claim.expiresAt?.getTime() ?? 0,
    placedAtMs: claim.decidedAt?.getTime() ?? 0,
    extended: claim.extended,
    bookingId: claim.bookingId,
  }
}
