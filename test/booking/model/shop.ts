/**
 * The real product under the model: two booking processes behind one weather, which stall, die and are replaced, a
 * clock that a test moves, and an operator.
 */
import { NoRefundToRetry, retryRefund } from '../../../src/booking/index.ts'
import { sandboxGateway } from '../../../src/payment/index.ts'
import type { OpenedBookings } from '../booking-world.ts'
import { bookingWorld } from '../booking-world.ts'
import { realAudit } from '../real-audit.ts'
import { stallAt } from './stall.ts'
import { openUnderWay } from './under-way.ts'
import { openWeather, type Weather } from './weather.ts'

/** The waits of a network are short here; hours are as long as in production, and are moved by hand. */
const limits = {
  ...{ attendMs: 15_000, renewAfterMs: 2_000, lookDelaysMs: [1_000, 2_000, 5_000, 10_000, 30_000] },
  ...{ actionLookEveryMs: 2_000, confirmLostMs: 30_000, operatorLookEveryMs: 300_000, unsentRetryMs: 5_000 },
  ...{ refundDelaysMs: [1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 300_000], faultPauseMs: 30_000 },
  ...{ cancelPauseMs: 10_000, gatewayTimeoutMs: 400, gatewayRetryDelaysMs: [5, 10], pollEveryMs: 10 },
  ...{ answerMsMax: 1_000, beginMsMax: 60_000, closeMsMax: 200 },
}

export const processesMax = 2

export async function openTown() {
  const world = await bookingWorld()
  const honest = sandboxGateway({ url: world.sandboxUrl })
  const healer = await world.open('healer', { limits })
  return { world, honest, healer, audit: () => realAudit(healer, honest), close: () => world.close() }
}

export type Town = Awaited<ReturnType<typeof openTown>>

export interface Clerk extends OpenedBookings {
  stall: ReturnType<typeof stallAt>
}

let clerks = 0

export interface ShopOptions {
  priceMinor: number
  mayLie: boolean
}

export async function openShop(town: Town, { priceMinor, mayLie }: ShopOptions) {
  await forget(town)
  const { world, honest, healer } = town
  const weather: Weather = openWeather(honest, mayLie)
  const showId = await world.show(healer, { prices: { seat: priceMinor, standing: priceMinor } })
  const underWay = openUnderWay()
  const dead: Clerk[] = []
  const open = async (): Promise<Clerk> => {
    clerks += 1
    const stall = stallAt()
    const { faultPoint } = stall
    return {
      ...(await world.open(`clerk-${clerks}`, { gateway: weather.gateway, limits, faultPoint })),
      stall,
    }
  }
  const staff = await Promise.all(Array.from({ length: processesMax }, open))
  return {
    ...{ town, showId, priceMinor, weather, staff, underWay },
    clerk(at: number): Clerk {
      const clerk = staff[at]
      if (!clerk) throw new Error(`There is no process ${at}`)
      return clerk
    },
    /** The process is gone with all that it was about to do, and another one stands in its place. */
    async replace(at: number): Promise<void> {
      const [old] = staff.splice(at, 1, await open())
      if (!old) return
      old.stall.forever()
      underWay.forget(at)
      dead.push(old)
      await old.bookings.close()
    },
    /** Everything that anybody waits for in this show is nearer by this much. */
    pass: (ms: number) => pass(town, showId, ms),
    /** What processes told their operator, of those that are gone too. */
    told: () => [...staff, ...dead, healer].flatMap(({ errors }) => errors),
    async close(): Promise<void> {
      for (const clerk of staff) clerk.stall.forever()
      await Promise.all(staff.map(({ bookings }) => bookings.close()))
      await Promise.all([...staff, ...dead].map((clerk) => clerk.close()))
    },
  }
}

/** What an earlier run left is none of this one's business. */
async function forget({ healer }: Town): Promise<void> {
  healer.errors.splice(0)
  await healer.pool.query(
    `TRUNCATE booking, booking_line, booking_change, payment, payment_change, refund, refund_change, ticket, seat_claim,
              outbox, show_ledger, show_cancellation CASCADE`,
  )
}

export type Shop = Awaited<ReturnType<typeof openShop>>

async function pass({ healer }: Town, showId: number, ms: number): Promise<void> {
  const by = `$2 * interval '1 ms'`
  const move = (
    table: string,
    columns: string[],
    of = 'booking_id IN (SELECT id FROM booking WHERE show_id = $1)',
  ) =>
    healer.pool.query(
      `UPDATE ${table} SET ${columns.map((column) => `${column} = ${column} - ${by}`).join(', ')} WHERE ${of}`,
      [showId, ms],
    )
  await move('booking', ['created_at', 'updated_at', 'next_look_at', 'attended_until'], 'show_id = $1')
  await move('payment', ['confirm_sent_at', 'updated_at'])
  await move('refund', ['created_at', 'updated_at', 'next_try_at'])
  await move('show_cancellation', ['next_round_at'], 'show_id = $1')
}

/** An operator has mended what kept refunds from being paid. */
export async function owedAgain({ pool }: OpenedBookings, showId: number): Promise<void> {
  const { rows } = await pool.query<{ id: string }>(
    `SELECT r.id FROM refund r JOIN booking b ON b.id = r.booking_id
      WHERE b.show_id = $1 AND r.state = 'NEEDS_OPERATOR'`,
    [showId],
  )
  const retry = { by: 'operator', reason: 'mended' }
  for (const { id } of rows) await retryRefund(pool, { refundId: id, ...retry }).catch(unlessRetried)
}

/** Another operator was faster. */
function unlessRetried(error: unknown): void {
  if (!(error instanceof NoRefundToRetry)) throw error
}
