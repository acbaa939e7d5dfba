/**
 * The slow comparison of a ledger with its claims, which is also what an audit of promise 1 asks. Differences that
 * have their own way to heal are not reported: a lock whose claims are still on their way, or that the ledger ended
 * and whose claims wait to be swept.
 */
import { claimLetter } from './claimed-ledger.ts'
import { type Claim, readClaims } from './claims.ts'
import type { StatusLetter } from './frame.ts'
import { onLedger } from './ledger-step.ts'
import type { Room } from './room.ts'
import { syncSeats } from './sync-seats.ts'

export interface Difference {
  seatNo: number
  ledger: { letter: string; holder: string | null }
  claims: { letter: StatusLetter; holder: string | null }
}

export async function compareShow(room: Room, showId: number): Promise<Difference[]> {
  const ledger = await onLedger(room, showId, () => room.ledger.read(showId, true))
  const claims = new Map((await readClaims(room.pool, showId)).map((claim) => [claim.seatNo, claim]))
  const differences: Difference[] = []
  for (let seatNo = 0; seatNo < ledger.statuses.length; seatNo++) {
    const letter = ledger.statuses[seatNo] ?? ''
    const holder = ledger.holders.get(seatNo) ?? null
    const claim = claims.get(seatNo)
    const ends = holder !== null && ledger.expiring.has(holder)
    if (!agrees({ letter, holder, ends }, claim, ledger.nowMs)) {
      differences.push({
        seatNo,
        ledger: { letter, holder },
        claims: { letter: claimLetter(claim), holder: claim?.lockId ?? null },
      })
    }
  }
  return differences
}

function agrees(
  ledger: { letter: string; holder: string | null; ends: boolean },
  claim: Claim | undefined,
  nowMs: number,
): boolean {
  if (ledger.letter === claimLetter(claim) && ledger.holder === (claim?.lockId ?? null)) return true
  // Placed a moment ago, or left behind by a process that died before it claimed: it ends by its expiry, if it has one.
  if (!claim) return ledger.letter === 'l' && ledger.ends
  // The ledger has ended the lock; its claims are swept later, or taken over.
  if (claim.state === 'locked') return (claim.expiresAt?.getTime() ?? 0) <= nowMs
  return false
}

/**
 * Repairs what two comparisons in a row find. Claims decide; what a seat_sync cannot mend (a ledger that knows other
 * holders than the claims do) is mended by a rebuild.
 */
export async function repairShow(room: Room, showId: number, before: Difference[]): Promise<Difference[]> {
  const now = await compareShow(room, showId)
  const known = new Set(before.map(keyOf))
  const lasting = now.filter((difference) => known.has(keyOf(difference)))
  if (lasting.length === 0) return now
  room.log.warn(
    { showId, seats: lasting.length, first: lasting[0] },
    'Ledger and claims differ; the claims win',
  )
  for (const { seatNo, ledger } of lasting)
    await syncSeats(room, { showId, lockId: ledger.holder, seats: [seatNo] })
  const after = new Set((await compareShow(room, showId)).map(keyOf))
  if (lasting.some((difference) => after.has(keyOf(difference)))) await room.rebuilds.rebuild(showId)
  room.events.repaired(showId, lasting.length)
  return await compareShow(room, showId)
}

const keyOf = ({ seatNo, ledger, claims }: Difference) => JSON.stringify([seatNo, ledger, claims])
