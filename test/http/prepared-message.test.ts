/** Frames that many readers share: each gets its own id, also those whose bytes still wait when the next is served. */
import { expect, test } from 'vitest'
import { PreparedMessage } from '../../src/http/prepared-message.ts'
import type { Outlet } from '../../src/live/index.ts'

/** `takes`: its bytes leave at once. What waits is looked at only in the end. */
function reader(id: string, takes: boolean) {
  const written: Uint8Array[] = []
  const outlet: Outlet = {
    id: Buffer.from(JSON.stringify(id)),
    ...{ isOpen: () => true, isFull: () => false, whenDrained() {}, giveUp() {} },
    write(bytes) {
      written.push(takes ? Uint8Array.from(bytes) : bytes)
      return takes
    },
  }
  return { outlet, read: () => written.map(textOf) }
}

/** The text of an unmasked frame. */
function textOf(frame: Uint8Array): unknown {
  const bytes = Buffer.from(frame)
  const short = bytes.readUInt8(1)
  const [length, at] =
    short === 127
      ? [Number(bytes.readBigUInt64BE(2)), 10]
      : short === 126
        ? [bytes.readUInt16BE(2), 4]
        : [short, 2]
  expect(bytes.readUInt8(0)).toBe(0x81)
  expect(bytes).toHaveLength(at + length)
  return JSON.parse(bytes.toString('utf8', at))
}

test('every reader gets its own id, whoever takes the bytes at once and whoever lets them wait', () => {
  const message = new PreparedMessage({ data: { n: 1 } })
  const ids = ['a', 'b', 'cc', 'd', 'ee', 'f', '☃', '"', 'g']
  const readers = ids.map((id, index) => reader(id, index % 3 !== 0))
  for (let round = 0; round < 3; round++) for (const { outlet } of readers) message.writeTo(outlet)
  const next = { type: 'next', payload: { data: { n: 1 } } }
  for (const [index, { read }] of readers.entries())
    expect(read()).toEqual(Array.from({ length: 3 }, () => ({ id: ids[index], ...next })))
})

test.each([1, 90, 125, 126, 65_500, 70_000])('a payload of %i characters is framed right', (length) => {
  const payload = { data: 'x'.repeat(length) }
  const one = reader('0b7a7d1e-6f4e-4f0e-9f0e-2f6a5f0e9c11', true)
  new PreparedMessage(payload).writeTo(one.outlet)
  expect(one.read()).toEqual([{ id: '0b7a7d1e-6f4e-4f0e-9f0e-2f6a5f0e9c11', type: 'next', payload }])
})
