/** The ledger's step after a commit. It is best done at once, so that every map shows it; a relay does it otherwise. */
import { Outage } from '../platform/failures.ts'
import type { SeatSync } from '../seating/index.ts'
import type { Room } from './room.ts'

export async function tellLedger(
  room: Room,
  { id: bookingId, showId, lockId, seats }: SeatSync & { id: string },
  outboxId: bigint,
): Promise<void> {
  try {
    await room.seating.syncSeats({ showId, lockId, seats, outboxId })
  } catch (error) {
    const fields = { bookingId, outboxId: String(outboxId), error }
    if (error instanceof Outage) room.log.info(fields, 'The ledger is told later')
    else room.log.warn(fields, 'The ledger could not be told; the relay tries again')
  }
}
