/** The packed map: what a client unpacks is what the ledger says. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { packedStatuses, packStatuses } from '../../src/seating/index.ts'

const letters = ['a', 'l', 'b', 'n'] as const

function unpack(packed: Uint8Array, seatCount: number): string {
  let statuses = ''
  for (let seatNo = 0; seatNo < seatCount; seatNo++) {
    statuses += letters[((packed[Math.floor(seatNo / 4)] ?? 0) >> ((seatNo % 4) * 2)) & 3]
  }
  return statuses
}

test('the first seat stands in the lowest bits of the first byte', () => {
  expect([...packStatuses('lbna')]).toEqual([0b00_11_10_01])
  expect([...packStatuses('aaaal')]).toEqual([0, 1])
  expect([...packStatuses('')]).toEqual([])
})

test('a map of any length and content comes back as it was', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...letters)), (seats) => {
      const statuses = seats.join('')
      expect(unpack(packStatuses(statuses), statuses.length)).toBe(statuses)
    }),
  )
})

test('an unchanged map is packed once', () => {
  const map = { showId: 1, epoch: 1, seq: 1, statuses: 'alb', stale: false }
  expect(packedStatuses(map)).toBe(packedStatuses(map))
  expect([...Buffer.from(packedStatuses(map), 'base64')]).toEqual([0b10_01_00])
})
