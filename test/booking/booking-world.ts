/**
 * Everything a booking needs: the seating world, a catalog with a plan and prices, a sandbox gateway in a process of its
 * own, and as many booking processes as a test wants. `audit` asks whether money, tickets, claims and history agree.
 */
import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { expect, inject } from 'vitest'
import { type BookingOptions, type Bookings, bookingMoves, createBookings } from '../../src/booking/index.ts'
import { openCatalog, type PlanDraft, storePlan } from '../../src/catalog/index.ts'
import { paymentMoves, refundMoves, sandboxGateway } from '../../src/payment/index.ts'
import { startSandboxProcess } from '../../src/payment/sandbox/start.ts'
import type { SeatingOptions } from '../../src/seating/index.ts'
import { type OpenedSeating, seatingWorld } from '../seating/seating-world.ts'
import { bookingSealer, bookingSecret, sharedTimes } from './booking-names.ts'

export { buyer, gate, until } from '../seating/seating-world.ts'

export interface OpenedBookings extends OpenedSeating {
  bookings: Bookings
  /** What the room logged as an error. */
  errors: { message: string; fields: object }[]
}

export type OpenBookings = Partial<
  Omit<BookingOptions, 'limits'> & {
    limits: BookingOptions['limits']
    databaseUrl: string
    gatewayUrl: string
    times: SeatingOptions['times']
    seatingFaultPoint: SeatingOptions['faultPoint']
  }
>

export async function bookingWorld() {
  const stateFile = join(mkdtempSync(join(inject('runFolder'), 'sandbox-')), 'payments.jsonl')
  const log = () => {}
  const base = await seatingWorld()
  let sandbox = await startSandboxProcess({ stateFile, log })
  let isAway = false
  const opened: Bookings[] = []
  let plans = 0

  async function open(processId: string, options: OpenBookings = {}): Promise<OpenedBookings> {
    const { databaseUrl, gatewayUrl, times, seatingFaultPoint, ...rest } = options
    const seating = await base.open(processId, {
      ...(databaseUrl && { databaseUrl }),
      ...(times && { times }),
      ...(seatingFaultPoint && { faultPoint: seatingFaultPoint }),
    })
    const errors: OpenedBookings['errors'] = []
    const bookings = createBookings({
      pool: seating.pool,
      seating: seating.seating,
      catalog: openCatalog(seating.pool),
      gateway: sandboxGateway({ url: gatewayUrl ?? sandbox.url }),
      sealer: bookingSealer,
      idSecret: bookingSecret,
      nowMs: () => performance.now(),
      log: { info() {}, warn() {}, error: (fields, message) => void errors.push({ fields, message }) },
      ...rest,
      limits: { ...sharedTimes, ...rest.limits },
    })
    opened.push(bookings)
    return { ...seating, bookings, errors }
  }

  /** A show of one row and a standing area, on sale; `prices` by category: `seat` and `standing`. */
  async function show(
    through: OpenedSeating,
    { seats = 20, places = 5, prices = { seat: 2_500, standing: 1_000 } as Record<string, number> } = {},
  ): Promise<number> {
    plans += 1
    const { planVersionId, seatCount } = await storePlan(through.pool, {
      key: `plan-${plans}`,
      draft: draft(seats, places),
    })
    const showId = await base.show(through, seatCount)
    await through.pool.query('UPDATE show SET plan_version_id = $2, price_list_id = $3 WHERE id = $1', [
      ...[showId, planVersionId, await priceList(through, prices)],
    ])
    return showId
  }

  async function priceList(through: OpenedSeating, prices: Record<string, number>): Promise<number> {
    const { rows } = await through.pool.query<{ id: number }>(
      `INSERT INTO price_list (currency, prices) VALUES ('EUR', $1) RETURNING id`,
      [JSON.stringify(prices)],
    )
    return rows[0]?.id ?? 0
  }

  const movements = async () => {
    const answer = await fetch(`${sandbox.url}/admin/movements`)
    return ((await answer.json()) as { movements: Movement[] }).movements
  }

  return {
    ...base,
    sandboxUrl: sandbox.url,
    open,
    show,
    priceList,
    movements,
    /** kill -9 of the gateway: connections are refused. */
    async vanish() {
      isAway = true
      await sandbox.kill()
    },
    /** Brings it back, on the same port and with what it knew. */
    async comeBack() {
      if (!isAway) return
      sandbox = await startSandboxProcess({ stateFile, port: sandbox.port, log })
      isAway = false
    },
    /** `moved`: the money that moved at another gateway than the sandbox. */
    audit: async (through: OpenedSeating, showId: number, moved?: Movement[]) =>
      auditShow(through, showId, moved ?? (await movements())),
    async close() {
      await Promise.all(opened.map((bookings) => bookings.close()))
      await sandbox.stop()
      await base.close()
    },
  }
}

export type BookingWorld = Awaited<ReturnType<typeof bookingWorld>>

function draft(seats: number, places: number): PlanDraft {
  return {
    name: 'Hall',
    size: { width: 100, height: 100 },
    categories: [
      { key: 'seat', name: 'Seats', color: '#112233' },
      { key: 'standing', name: 'Standing', color: '#332211' },
    ],
    zones: [{ key: 'hall', name: 'Hall' }],
    seats: Array.from({ length: seats }, (_, index) => ({
      ...{ seatId: `A${index + 1}`, zone: 'hall', row: 'A', number: String(index + 1), category: 'seat' },
      ...{ x: index, y: 0, radius: 1, traits: [] },
    })),
    areas:
      places > 0
        ? [{ key: 'floor', name: 'Floor', zone: 'hall', category: 'standing', capacity: places, outline: [] }]
        : [],
    decorations: [],
  }
}

export interface Movement {
  intentId: string
  /** The booking it was opened for. */
  reference: string
  kind: 'capture' | 'refund'
  amountMinor: number
}

interface Audited {
  id: string
  state: string
  total_minor: number
  failure: string | null
  /** Seats that were not given back. */
  lines: number[]
  /** What they cost. */
  worth: number
  tickets: number[]
  claims: string[]
  history: Moves<keyof typeof bookingMoves>
  payment: string | null
  payment_moves: Moves<keyof typeof paymentMoves>
  refunds: { state: keyof typeof refundMoves; amount: number; moves: Moves<keyof typeof refundMoves> }[]
}

type Moves<State> = { from: State | null; to: State }[]

/** Holds when nothing is under way: what was taken and not given back is what the valid tickets cost. */
async function auditShow(through: OpenedSeating, showId: number, movements: Movement[]): Promise<void> {
  const { rows } = await through.pool.query<Audited>(
    `SELECT b.id, b.state, b.total_minor, b.failure,
            ARRAY(SELECT seat_no FROM booking_line WHERE booking_id = b.id AND voided_at IS NULL ORDER BY seat_no)
              AS lines,
            (SELECT coalesce(sum(amount_minor), 0)::int FROM booking_line
              WHERE booking_id = b.id AND voided_at IS NULL) AS worth,
            ARRAY(SELECT seat_no FROM ticket WHERE booking_id = b.id AND state = 'valid' ORDER BY seat_no) AS tickets,
            ARRAY(SELECT state::text || ' ' || seat_no FROM seat_claim
                   WHERE show_id = b.show_id AND booking_id = b.id ORDER BY seat_no) AS claims,
            (SELECT json_agg(json_build_object('from', from_state, 'to', to_state) ORDER BY id)
               FROM booking_change WHERE booking_id = b.id) AS history,
            (SELECT state::text FROM payment WHERE booking_id = b.id) AS payment,
            (SELECT coalesce(json_agg(json_build_object('from', c.from_state, 'to', c.to_state) ORDER BY c.id), '[]')
               FROM payment_change c JOIN payment p ON p.id = c.payment_id WHERE p.booking_id = b.id) AS payment_moves,
            (SELECT coalesce(json_agg(json_build_object('state', state, 'amount', amount_minor, 'moves',
                      (SELECT json_agg(json_build_object('from', c.from_state, 'to', c.to_state) ORDER BY c.id)
                         FROM refund_change c WHERE c.refund_id = r.id))), '[]')
               FROM refund r WHERE booking_id = b.id) AS refunds
       FROM booking b WHERE b.show_id = $1`,
    [showId],
  )
  for (const booking of rows) {
    const sold = booking.state === 'CONFIRMED'
    const kept = movements
      .filter((movement) => movement.reference === booking.id)
      .reduce((sum, { kind, amountMinor }) => sum + (kind === 'capture' ? amountMinor : -amountMinor), 0)
    checkMoves(bookingMoves, booking.history, booking.state)
    if (booking.payment !== null) checkMoves(paymentMoves, booking.payment_moves, booking.payment)
    if (!sold) expect(['FAILED', 'CANCELLED']).toContain(booking.state)
    expect(booking.failure === null).toBe(booking.state !== 'FAILED')
    expect({ id: booking.id, kept, tickets: booking.tickets, claims: booking.claims }).toEqual({
      id: booking.id,
      kept: sold ? booking.worth : 0,
      tickets: sold ? booking.lines : [],
      claims: sold ? booking.lines.map((seatNo) => `sold ${seatNo}`) : [],
    })
    for (const refund of booking.refunds) {
      expect(['SUCCEEDED', 'WITHDRAWN']).toContain(refund.state)
      checkMoves(refundMoves, refund.moves, refund.state)
    }
    const refunded = booking.refunds.filter(({ state }) => state === 'SUCCEEDED')
    const owed = booking.payment === 'SUCCEEDED' ? booking.total_minor - (sold ? booking.worth : 0) : 0
    expect(refunded.reduce((sum, { amount }) => sum + amount, 0)).toBe(owed)
  }
  expect(await through.seating.compareShow(showId)).toEqual([])
  const { rows: waits } = await through.pool.query(
    'SELECT deadlocks::int FROM pg_stat_database WHERE datname = current_database()',
  )
  expect(waits).toEqual([{ deadlocks: 0 }])
}

/** A history is a path of the machine that ends where its row stands. */
function checkMoves<State extends string>(
  allowed: Readonly<Record<State, readonly State[]>>,
  moves: Moves<State>,
  state: string,
): void {
  expect(moves[0]?.from).toBeNull()
  expect(moves.at(-1)?.to).toBe(state)
  for (const [at, { from, to }] of moves.entries()) {
    if (at === 0 || !from) continue
    expect(from).toBe(moves[at - 1]?.to)
    expect(allowed[from]).toContain(to)
  }
}

export interface Seen {
  state: string
  failure: string | null
  total_minor: number
  currency: string
  payment: string | null
  action_url: string | null
  next_look_at: Date | null
  tickets: number
  refunds: string[]
  history: string[]
}

/** A booking as the rows show it. */
export async function see({ pool }: OpenedSeating, bookingId: string): Promise<Seen> {
  const { rows } = await pool.query<Seen>(
    `SELECT b.state, b.failure, b.total_minor, b.currency, b.next_look_at, p.state AS payment, p.action_url,
            (SELECT count(*)::int FROM ticket WHERE booking_id = b.id AND state = 'valid') AS tickets,
            ARRAY(SELECT state::text FROM refund WHERE booking_id = b.id) AS refunds,
            ARRAY(SELECT to_state::text FROM booking_change WHERE booking_id = b.id ORDER BY id) AS history
       FROM booking b LEFT JOIN payment p ON p.booking_id = b.id WHERE b.id = $1`,
    [bookingId],
  )
  if (!rows[0]) throw new Error(`There is no booking ${bookingId}`)
  return rows[0]
}
