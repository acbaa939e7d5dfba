/**
 * The weather clears, what was on its way arrives, whoever stalled goes on, and one sound process looks after what is
 * due. Within a bounded time everything must be at rest.
 */
import { Outage } from '../../../src/platform/failures.ts'
import { type OpenedBookings, until } from '../booking-world.ts'
import { owedAgain, type Shop } from './shop.ts'

const passedMsMax = 3 * 3_600_000
const healMsMax = 20_000

export async function heal(shop: Shop): Promise<void> {
  const { town, showId, weather, staff } = shop
  const { healer, world } = town
  weather.clear()
  await world.comeBack()
  for (const { stall } of staff) stall.resume()
  await shop.underWay.settled()
  let stepMs = 1_000
  let passedMs = 0
  const isAtRest = async () => {
    await weather.arrive()
    const moneyRests = await isMoneyAtRest(shop)
    await owedAgain(healer, showId)
    await healer.bookings.lookAtDue()
    const ledgersRest = await tellLedgers(healer)
    if (moneyRests && ledgersRest && (await isSwept(healer, showId))) return true
    if (passedMs < passedMsMax) await shop.pass(stepMs)
    else await makeDue(healer, showId)
    passedMs += stepMs
    stepMs = Math.min(stepMs * 2, 600_000)
    return false
  }
  await until('everything to be at rest', isAtRest, healMsMax)
}

interface Row {
  intent_id: string | null
  payment: string | null
  rests: boolean
}

/**
 * Whether nothing moves any more, here and at the gateway, and both agree on what was taken. Only a product that was told
 * what is not so needs the network's notice to find out.
 */
async function isMoneyAtRest({ town: { healer, honest }, showId, weather }: Shop): Promise<boolean> {
  const { rows } = await healer.pool.query<Row>(
    `SELECT p.intent_id, p.state AS payment,
            b.state IN ('CONFIRMED', 'FAILED', 'CANCELLED') AND NOT EXISTS
              (SELECT FROM refund r WHERE r.booking_id = b.id AND r.state <> 'SUCCEEDED') AS rests
       FROM booking b LEFT JOIN payment p ON p.booking_id = b.id WHERE b.show_id = $1`,
    [showId],
  )
  let rests = rows.every((row) => row.rests)
  for (const { intent_id: intentId, payment } of rows) {
    if (intentId === null) continue
    const { outcome } = await honest.look(intentId)
    if (outcome.tag === 'processing') rests = false
    if (outcome.tag === 'requires_action' && hasEnded(payment) && !weather.hasLied())
      throw new Error(`${intentId} was given up, and its buyer can still approve it`)
    if (outcome.tag !== 'succeeded' || payment === 'SUCCEEDED') continue
    rests = false
    if (!weather.hasLied()) continue
    // What is not acknowledged is told again.
    await healer.bookings.hearNotice({ kind: 'intent', intentId }).catch(unlessOutage)
  }
  return rests
}

const hasEnded = (payment: string | null) => payment === 'CANCELLED' || payment === 'DECLINED'

function unlessOutage(error: unknown): void {
  if (!(error instanceof Outage)) throw error
}

async function tellLedgers({ pool, seating }: OpenedBookings): Promise<boolean> {
  await pool.query('UPDATE outbox SET due_at = now() WHERE done_at IS NULL')
  await seating.relaySeatSyncs()
  const { rows } = await pool.query('SELECT FROM outbox WHERE done_at IS NULL LIMIT 1')
  return rows.length === 0
}

/** Nobody is left in a show that was cancelled. */
async function isSwept({ pool }: OpenedBookings, showId: number): Promise<boolean> {
  const { rows } = await pool.query(
    'SELECT FROM show_cancellation WHERE show_id = $1 AND finished_at IS NULL',
    [showId],
  )
  return rows.length === 0
}

async function makeDue({ pool }: OpenedBookings, showId: number): Promise<void> {
  const due = (table: string, column: string) =>
    pool.query(`UPDATE ${table} SET ${column} = now() WHERE show_id = $1 AND ${column} IS NOT NULL`, [showId])
  await due('booking', 'next_look_at')
  await due('show_cancellation', 'next_round_at')
}
