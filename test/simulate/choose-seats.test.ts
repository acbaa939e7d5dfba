/** What simulated fans do is believable and repeats. */
import { expect, test } from 'vitest'
import { chooseSeats, hallOf } from '../../bench/simulate/choose-seats.ts'
import { Chance } from '../../bench/simulate/random.ts'

const seatsPerRow = 10
const hall = hallOf({
  seats: Array.from({ length: 50 }, (_, seatNo) => ({
    ...{ seatNo, seatId: `s${seatNo}`, zone: 'hall', row: String(Math.floor(seatNo / seatsPerRow)) },
    ...{ x: (seatNo % seatsPerRow) * 10, y: Math.floor(seatNo / seatsPerRow) * 10, traits: [] },
  })),
})
const rowOf = (seatNo: number) => Math.floor(seatNo / seatsPerRow)

test('fans sit side by side, on free seats', () => {
  const taken = new Set([3, 4, 17, 25, 26, 27])
  for (let seed = 0; seed < 500; seed++) {
    const chosen = chooseSeats(hall, (seatNo) => !taken.has(seatNo), 3, new Chance(seed)) ?? []
    const numbers = chosen.map(({ seatNo }) => seatNo)
    expect(numbers).toHaveLength(3)
    expect(new Set(numbers.map(rowOf)).size).toBe(1)
    expect(numbers[2]).toBe((numbers[0] ?? 0) + 2)
    expect(numbers.some((seatNo) => taken.has(seatNo))).toBe(false)
  }
})

test('the front rows are liked best, and no row is liked by nobody', () => {
  const rows = Array.from({ length: 5 }, () => 0)
  for (let seed = 0; seed < 2_000; seed++) {
    const [first] = chooseSeats(hall, () => true, 2, new Chance(seed)) ?? []
    const row = rowOf(first?.seatNo ?? 0)
    rows[row] = (rows[row] ?? 0) + 1
  }
  expect(rows[0]).toBeGreaterThan(rows[4] ?? 0)
  expect(Math.min(...rows)).toBeGreaterThan(0)
})

test('who finds no neighbours is told so', () => {
  expect(chooseSeats(hall, (seatNo) => seatNo % 2 === 0, 2, new Chance(1))).toBeNull()
})

test('the same seed gives the same people, another gives others', () => {
  const times = (seed: number) => {
    const chance = new Chance(seed)
    return Array.from({ length: 50 }, () => chance.logNormal(1_000, 0.5))
  }
  expect(times(7)).toEqual(times(7))
  expect(times(7)).not.toEqual(times(8))
  expect(Math.min(...times(7))).toBeGreaterThan(0)
})
