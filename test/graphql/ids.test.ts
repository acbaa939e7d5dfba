/** Global ids: only what we printed is read. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { printId, readBookingId, readLockId, readNodeId, readNumberedId } from '../../src/graphql/ids.ts'
import { BadId } from '../../src/graphql/refusals.ts'

const uuid = '0190c5a2-1111-8222-9333-444455556666'
const base64 = (text: string) => Buffer.from(text).toString('base64')

test('an id comes back as the number it was printed from', () => {
  expect(readNumberedId('Show', printId('Show', 12))).toBe(12)
  expect(readBookingId(printId('Booking', uuid))).toBe(uuid)
  expect(readLockId(printId('SeatLock', `7.${uuid}`))).toEqual({ showId: 7, lockId: uuid })
  expect(readNodeId(printId('Event', 3))).toEqual({ typename: 'Event', id: '3' })
})

test.each([
  ['empty', ''],
  ['no base64', 'öäü'],
  ['base64 with noise in it', `${base64('Show:1')}!`],
  ['another kind', printId('Event', 1)],
  ['no number', base64('Show:abc')],
  ['a fraction', base64('Show:1.5')],
  ['zero', base64('Show:0')],
  ['negative', base64('Show:-1')],
  ['leading zero', base64('Show:01')],
  ['beyond 32 bits', base64('Show:2147483648')],
  ['a query fragment', base64('Show:1 OR 1=1')],
  ['very long', 'A'.repeat(10_000)],
])('an id that is %s is refused as a bad id', (_what, id) => {
  expect(() => readNumberedId('Show', id)).toThrow(BadId)
})

test.each([`7.${uuid}.8`, uuid, `7.${uuid.toUpperCase()}`, `x.${uuid}`, '7.'])(
  'a lock id of "%s" is refused',
  (inner) => {
    expect(() => readLockId(printId('SeatLock', inner))).toThrow(BadId)
  },
)

test('node refuses kinds that nobody can load, and whatever text there is', () => {
  expect(() => readNodeId(printId('Ticket', uuid))).toThrow(BadId)
  expect(() => readNodeId(printId('__proto__', 1))).toThrow(BadId)
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(() => readNodeId(text)).toThrow(BadId)
    }),
  )
})

test('a refusal shows only the beginning of what came', () => {
  const error = new BadId('x'.repeat(500), 'Show')
  expect(error.message.length).toBeLessThan(200)
})
