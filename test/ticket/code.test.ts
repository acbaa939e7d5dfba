import fc from 'fast-check'
import { expect, test } from 'vitest'
import { makeCode, verifyCode } from '../../src/ticket/code.ts'
import type { TicketPayload } from '../../src/ticket/index.ts'
import { readPayload, writePayload } from '../../src/ticket/payload.ts'
import { holding, keyOf, ticket } from './ticket-names.ts'

const key = keyOf('house')
const payloads: fc.Arbitrary<TicketPayload> = fc.record({
  ticketId: fc.uuid(),
  showId: fc.integer({ min: 1, max: 0x7fff_ffff }),
  seatNo: fc.integer({ min: 0, max: 0xff_ffff }),
  generation: fc.integer({ min: 1, max: 0xffff }),
})

test('a code says what it was made of, and nothing else opens from it', () => {
  fc.assert(
    fc.property(payloads, (payload) => {
      const code = makeCode(payload, key)
      expect(verifyCode(code, holding(key))).toEqual({ outcome: 'valid', keyId: key.keyId, payload })
    }),
    { numRuns: 300 },
  )
})

test('the same ticket has the same code each time it is shown', () => {
  expect(makeCode(ticket, key)).toBe(makeCode({ ...ticket }, keyOf('house')))
})

test('two payloads under one key share nothing but the key id', () => {
  fc.assert(
    fc.property(payloads, payloads, (one, other) => {
      fc.pre(JSON.stringify(one) !== JSON.stringify(other))
      const [a, b] = [makeCode(one, key), makeCode(other, key)]
      // 4 letters of prefix, 6 of key id, and a seventh that begins with its last bits.
      expect(a.slice(0, 10)).toBe(b.slice(0, 10))
      expect(a.slice(11, 30)).not.toBe(b.slice(11, 30))
    }),
    { numRuns: 200 },
  )
})

test('neighbouring seats of one show look unrelated: no byte of the payload is seen', () => {
  // Nonce and payload end in the 66th letter of the base32; a signature's last byte is never full.
  const concealedEnd = 70
  const codes = Array.from({ length: 200 }, (_, seatNo) => makeCode({ ...ticket, seatNo }, key))
  for (let at = 11; at < concealedEnd; at++) {
    expect(new Set(codes.map((code) => code[at])).size).toBeGreaterThan(16)
  }
})

test('a code fits 45 x 45 modules: alphanumeric letters, at most 178 of them at level M', () => {
  const code = makeCode(ticket, key)
  expect(code).toMatch(/^[0-9A-Z $%*+\-./:]+$/)
  expect(code).toHaveLength(172)
  const alphanumericAtLevelMOfVersion7 = 178
  expect(code.length).toBeLessThanOrEqual(alphanumericAtLevelMOfVersion7)
})

test('a payload that no ticket has is neither written nor read', () => {
  const bad: TicketPayload[] = [
    { ...ticket, ticketId: ticket.ticketId.toUpperCase() },
    { ...ticket, ticketId: 'not a uuid' },
    { ...ticket, showId: 0 },
    { ...ticket, showId: 2 ** 31 },
    { ...ticket, seatNo: -1 },
    { ...ticket, seatNo: 2 ** 24 },
    { ...ticket, seatNo: 1.5 },
    { ...ticket, generation: 0 },
    { ...ticket, generation: 65_536 },
    { ...ticket, generation: Number.NaN },
  ]
  for (const payload of bad) expect(() => writePayload(payload)).toThrow(RangeError)
  const noGeneration = writePayload(ticket).fill(0, 23)
  expect(readPayload(noGeneration)).toBeNull()
  expect(readPayload(new Uint8Array(24))).toBeNull()
  expect(readPayload(new Uint8Array(26))).toBeNull()
})
