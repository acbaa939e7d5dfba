/** What must hold at every moment, whatever is under way: read from the rows in one statement, and from the gateway. */
import { expect } from 'vitest'
import { type BookingState, bookingMoves } from '../../../src/booking/index.ts'
import { type Model, sum, type Truth } from './model.ts'
import type { Shop, Town } from './shop.ts'

export interface Row {
  id: string
  state: BookingState
  total: number
  /** Seats with a valid ticket. */
  tickets: number[]
  /** Seats that were not given back. */
  lines: number[]
  /** Given back or not. */
  seats: number[]
  /** Owed or paid. */
  refunds: number[]
  payment: string | null
}

export async function readRows({ healer }: Town, showId: number): Promise<Row[]> {
  const { rows } = await healer.pool.query<Row>(
    `SELECT b.id, b.state, b.total_minor AS total, p.state AS payment,
            ARRAY(SELECT seat_no FROM ticket WHERE booking_id = b.id AND state = 'valid' ORDER BY seat_no) AS tickets,
            ARRAY(SELECT seat_no FROM booking_line WHERE booking_id = b.id AND voided_at IS NULL ORDER BY seat_no)
              AS lines,
            ARRAY(SELECT seat_no FROM booking_line WHERE booking_id = b.id ORDER BY seat_no) AS seats,
            ARRAY(SELECT amount_minor FROM refund WHERE booking_id = b.id) AS refunds
       FROM booking b LEFT JOIN payment p ON p.booking_id = b.id WHERE b.show_id = $1 ORDER BY b.created_at`,
    [showId],
  )
  return rows
}

export async function readTruth({ world }: Town): Promise<Map<string, Truth>> {
  const truth = new Map<string, Truth>()
  for (const { reference, kind, amountMinor } of await world.movements()) {
    const told = truth.get(reference) ?? { captures: [], refunds: [] }
    told[kind === 'capture' ? 'captures' : 'refunds'].push(amountMinor)
    truth.set(reference, told)
  }
  return truth
}

export const nothingMoved: Truth = { captures: [], refunds: [] }

export async function glance(model: Model, { town, showId, underWay, priceMinor }: Shop): Promise<void> {
  expect(underWay.faults).toEqual([])
  const before = await readTruth(town).catch(() => null)
  const rows = await readRows(town, showId)
  const after = await readTruth(town).catch(() => null)
  const ticketed = rows.flatMap(({ tickets }) => tickets)
  expect(new Set(ticketed).size).toBe(ticketed.length)
  for (const row of rows) {
    const isSold = row.state === 'CONFIRMED'
    expect({ ...row, tickets: row.tickets }).toEqual({ ...row, tickets: isSold ? row.lines : [] })
    const wasTaken = row.payment === 'SUCCEEDED' ? row.total : 0
    if (row.payment !== null && !isMoving(row)) {
      // In the commit that says so, what is kept is what the tickets cost.
      expect(wasTaken - sum(row.refunds)).toBe(row.tickets.length * priceMinor)
    }
    noteMove(model, row)
    if (!before || !after) continue
    const [then, now] = [before.get(row.id) ?? nothingMoved, after.get(row.id) ?? nothingMoved]
    expect(now.captures.length).toBeLessThanOrEqual(1)
    expect(now.captures).toEqual(row.payment === 'SUCCEEDED' ? [row.total] : now.captures)
    expect(sum(then.refunds)).toBeLessThanOrEqual(sum(row.refunds))
  }
}

const isMoving = ({ state }: Row) => state !== 'CONFIRMED' && state !== 'FAILED' && state !== 'CANCELLED'

/**
 * A booking is only ever seen where its moves can have brought it from where it was seen last. Its seats are those that
 * were locked, or as many others, when its money came so late that somebody else had them.
 */
function noteMove({ bookings }: Model, { id, state, seats }: Row): void {
  const booking = bookings.find((each) => each.id === id)
  if (!booking) throw new Error(`Nobody asked for booking ${id}`)
  const { seen, lock, isCalm } = booking
  expect(seats).toEqual(isCalm ? lock.seats : expect.objectContaining({ length: lock.seats.length }))
  booking.seats = seats
  const last = seen.at(-1)
  if (last === state) return
  if (last) expect([...reachable(last)]).toContain(state)
  seen.push(state)
}

function reachable(from: BookingState): Set<BookingState> {
  const found = new Set<BookingState>([from])
  for (const state of found) for (const to of bookingMoves[state]) found.add(to)
  return found
}
