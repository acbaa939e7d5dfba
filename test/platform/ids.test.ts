import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hashOf, keyedUuid, randomUuid } from '../../src/platform/ids.ts'

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

test('a derived id is a valid uuid of version 8, the same for the same parts', () => {
  fc.assert(
    fc.property(fc.string(), fc.array(fc.string()), (secret, parts) => {
      expect(keyedUuid(secret, ...parts)).toMatch(uuid)
      expect(keyedUuid(secret, ...parts)).toBe(keyedUuid(Buffer.from(secret), ...parts))
    }),
  )
})

test('other parts are another id, also where their letters in a row are the same', () => {
  const parts = fc.array(fc.string({ unit: fc.constantFrom('1', ':', 'a'), maxLength: 4 }), { maxLength: 4 })
  fc.assert(
    fc.property(parts, parts, (one, other) => {
      fc.pre(JSON.stringify(one) !== JSON.stringify(other))
      expect(keyedUuid('secret', ...one)).not.toBe(keyedUuid('secret', ...other))
    }),
    { numRuns: 2_000 },
  )
})

test('another secret is another id', () => {
  expect(keyedUuid('one', 'a')).not.toBe(keyedUuid('two', 'a'))
})

test('random ids do not repeat', () => {
  expect(new Set(Array.from({ length: 1_000 }, randomUuid)).size).toBe(1_000)
})

/** The same value with its keys in the opposite order. */
function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, turned(inner)]),
  )
}

test('a request’s hash does not depend on the order of its keys', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      expect(hashOf(turned(value) as object)).toBe(hashOf(value))
    }),
  )
})

test('a request’s hash depends on everything else', () => {
  const requests = [
    {},
    [],
    '',
    0,
    null,
    { a: 1 },
    { a: '1' },
    { a: [1, 2] },
    { a: [2, 1] },
    { a: { b: 1 } },
    { b: 1 },
  ]
  expect(new Set(requests.map(hashOf)).size).toBe(requests.length)
})
