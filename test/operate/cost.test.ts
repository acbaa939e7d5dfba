/** The cost model is arithmetic: what it says of the document, and how its inputs move its outputs. */
import { expect, test } from 'vitest'
import { contradictionsInDocument, costDefaults, costOf } from '../../src/operate/index.ts'

const recomputed = Object.fromEntries(
  contradictionsInDocument().map(({ what, recomputed }) => [what, recomputed]),
)

test('the document’s parts add up to more than its total, its shares to more than the whole', () => {
  expect(recomputed['Sum of the monthly parts']).toBe('$21,090')
  expect(recomputed['Sum of the parts’ shares']).toBe('116 %')
  expect(recomputed['Cost per booking']).toBe('$0.00070')
})

test('reserving a part of the compute saves of that part alone', () => {
  expect(recomputed['Savings of reserving 80 % of the compute at 40 % off']).toBe('$3,946')
})

test('twice the bookings cost twice as much, and as much each', () => {
  const [one, two] = [costOf(costDefaults), costOf({ ...costDefaults, bookingsPerMonth: 60_000_000 })]
  expect(two.dollars.storage).toBeCloseTo(2 * one.dollars.storage)
  expect(two.dollarsPerMillionBookings / one.dollarsPerMillionBookings).toBeCloseTo(1, 1)
})

test('a higher peak, less headroom or dearer bookings need more CPUs', () => {
  const { vcpus } = costOf(costDefaults)
  for (const more of [{ peakFactor: 20 }, { busyAtPeak: 0.25 }, { cpuMsPerBooking: 100 }, { copies: 3 }])
    expect(costOf({ ...costDefaults, ...more }).vcpus, JSON.stringify(more)).toBeGreaterThan(vcpus)
})

test('vCPUs are whole, and those of the busiest hour', () => {
  const need = costOf({
    ...costDefaults,
    bookingsPerMonth: 30 * 86_400,
    peakFactor: 1,
    completionRate: 1,
    mapsPerLock: 1,
    cpuMsPerBooking: 100,
    cpuMsPerLock: 100,
    cpuMsPerMap: 100,
    busyAtPeak: 0.5,
    copies: 1,
  })
  expect(need.peakBookingsPerSecond).toBeCloseTo(1)
  expect(need.vcpus).toBe(1)
})
