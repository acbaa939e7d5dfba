/**
 * A show's statuses at one moment. The ledger answers; it is read again only when its position has moved. With Redis
 * away, or the ledger of a show that is long over, the claims answer, marked stale: true about what is taken, late about
 * locks that ended meanwhile.
 */
import { ledgerOf } from './claimed-ledger.ts'
import { readClaims } from './claims.ts'
import { onLedger } from './ledger-step.ts'
import { LedgerAway, LedgerRemoved, ShowNotOnSale } from './refusals.ts'
import type { Room } from './room.ts'

export interface SeatMapSnapshot {
  showId: number
  epoch: number
  seq: number
  /** One letter a seat, by seat_no (frame.ts). */
  statuses: string
  stale: boolean
}

export interface SeatMaps {
  read(showId: number): Promise<SeatMapSnapshot>
}

const snapshotsMax = 500
const staleForMs = 1_000

export function openSeatMaps(room: Room): SeatMaps {
  const newest = new Map<number, SeatMapSnapshot>()
  const reading = new Map<number, Promise<SeatMapSnapshot>>()
  const fallback = new Map<number, { map: Promise<SeatMapSnapshot>; until: number }>()

  function remember(map: SeatMapSnapshot): SeatMapSnapshot {
    newest.delete(map.showId)
    newest.set(map.showId, map)
    const [oldest] = newest.keys()
    if (newest.size > snapshotsMax && oldest !== undefined) newest.delete(oldest)
    return map
  }

  async function fromLedger(showId: number): Promise<SeatMapSnapshot> {
    const position = (await room.ledger.positions([showId])).get(showId)
    const known = newest.get(showId)
    if (known && position && known.epoch === position.epoch && known.seq === position.seq) return known
    // Many viewers ask for the same new map: one reads it. A read that began before this moment may be too old; once it
    // has ended, one that another waiter began is new enough.
    const earlier = reading.get(showId)
    if (earlier) {
      await earlier.catch(() => {})
      const again = newest.get(showId)
      if (again && position && again.epoch === position.epoch && again.seq >= position.seq) return again
      const later = reading.get(showId)
      if (later && later !== earlier) return await later
    }
    const read = onLedger(room, showId, () => room.ledger.read(showId)).then((reply) =>
      remember({ showId, epoch: reply.epoch, seq: reply.seq, statuses: reply.statuses, stale: false }),
    )
    reading.set(showId, read)
    return await read.finally(() => {
      if (reading.get(showId) === read) reading.delete(showId)
    })
  }

  function fromClaims(showId: number): Promise<SeatMapSnapshot> {
    const known = fallback.get(showId)
    if (known && known.until > room.nowMs()) return known.map
    if (fallback.size >= snapshotsMax) fallback.clear()
    const map = readFromClaims(room, showId)
    fallback.set(showId, { map, until: room.nowMs() + staleForMs })
    map.catch(() => fallback.delete(showId))
    return map
  }

  return {
    async read(showId) {
      try {
        return await fromLedger(showId)
      } catch (error) {
        if (error instanceof LedgerAway || error instanceof LedgerRemoved) return await fromClaims(showId)
        throw error
      }
    },
  }
}

async function readFromClaims(room: Room, showId: number): Promise<SeatMapSnapshot> {
  const { rows } = await room.pool.query('SELECT epoch, seat_count FROM show_ledger WHERE show_id = $1', [
    showId,
  ])
  if (!rows[0]) throw new ShowNotOnSale('not_on_sale')
  const { statuses } = ledgerOf(await readClaims(room.pool, showId), rows[0].seat_count)
  return { showId, epoch: Number(rows[0].epoch), seq: 0, statuses, stale: true }
}
