/**
 * Bookings, payments and refunds against a model of what money and tickets must be: whatever buyers, processes, the
 * network and time do, in whatever order and at the same time, everything comes to rest, the audit finds nothing, and what
 * was taken and not given back is what the valid tickets cost.
 *
 * The seed is printed. ROWLOCK_MODEL_SEED with ROWLOCK_MODEL_PATH, as a failure tells them, plays that run again, and
 * ROWLOCK_MODEL_RUNS plays more of them. What processes do at the same time is theirs: a rare failure may take some tries.
 */
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { glance, nothingMoved, readRows, readTruth } from './model/glance.ts'
import { heal } from './model/heal.ts'
import { type Model, newModel, wrongIn } from './model/model.ts'
import { openShop, openTown, type Shop, type Town } from './model/shop.ts'
import { counted, stories } from './model/stories.ts'

const seed = Number(process.env.ROWLOCK_MODEL_SEED ?? Date.now() % 2 ** 31)
const numRuns = Number(process.env.ROWLOCK_MODEL_RUNS ?? 20)
const path = process.env.ROWLOCK_MODEL_PATH
/** Each with servers of its own, because most of a run is waiting. */
const lanes = path === undefined ? 3 : 1
const testMsMax = 45_000 * Math.max(1, numRuns / 20)

const done = { runs: 0, bookings: 0, faults: 0, judged: 0, moves: new Set<string>() }

const towns: Town[] = []
beforeAll(async () => {
  towns.push(...(await Promise.all(Array.from({ length: lanes }, openTown))))
})
afterAll(async () => {
  await Promise.all(towns.map((town) => town.close()))
  const told = { seed, ...done, did: Object.fromEntries(counted), moves: [...done.moves].sort() }
  console.log(JSON.stringify(told))
})

/** Every arrow of the three machines that was gone along. */
async function movesIn({ healer }: Town): Promise<string[]> {
  const { rows } = await healer.pool.query<{ move: string }>(
    `SELECT concat('booking ', from_state, ' > ', to_state) AS move FROM booking_change
      UNION SELECT concat('payment ', from_state, ' > ', to_state) FROM payment_change
      UNION SELECT concat('refund ', from_state, ' > ', to_state) FROM refund_change`,
  )
  return rows.map(({ move }) => move)
}

async function endOf(model: Model, shop: Shop): Promise<void> {
  await heal(shop)
  await glance(model, shop)
  const { town, showId, priceMinor } = shop
  const [rows, truth] = [await readRows(town, showId), await readTruth(town)]
  for (const booking of model.bookings) {
    const end = rows.find(({ id }) => id === booking.id)
    if (!end && !booking.isTold) continue
    const moved = truth.get(booking.id) ?? nothingMoved
    const wrong = end ? wrongIn(model, booking, end, moved, priceMinor) : 'it is not there'
    expect({ booking, end, moved, wrong }).toEqual({ booking, end, moved, wrong: null })
  }
  expect(shop.told().filter(({ message }) => /fault|another amount|are lost/.test(message))).toEqual([])
  await town.world.audit(town.healer, showId)
  done.judged += (await town.audit()).bookings
  for (const move of await movesIn(town)) done.moves.add(move)
  done.runs += 1
  done.bookings += rows.length
  done.faults += shop.weather.struck() + shop.staff.reduce((all, { stall }) => all + stall.stalled(), 0)
}

test(
  `money and tickets agree after everything (ROWLOCK_MODEL_SEED=${seed})`,
  async () => {
    const options = fc.record({
      priceMinor: fc.constantFrom(2_500, 2_500, 2_500, 0),
      mayLie: fc.constantFrom(false, false, true),
    })
    const property = (town: Town) =>
      fc.asyncProperty(stories, options, async (steps, chosen) => {
        const shop = await openShop(town, chosen)
        try {
          const model = newModel()
          await fc.asyncModelRun(() => ({ model, real: shop }), steps)
          await endOf(model, shop)
        } finally {
          await shop.close()
        }
      })
    const went = await Promise.allSettled(
      towns.map((town, lane) =>
        fc.assert(property(town), {
          ...{ seed: seed + lane, numRuns, interruptAfterTimeLimit: testMsMax },
          ...(path && { path, endOnFailure: true }),
        }),
      ),
    )
    for (const lane of went) if (lane.status === 'rejected') throw lane.reason
  },
  testMsMax + 30_000,
)
