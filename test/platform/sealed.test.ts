import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createSealer, NotSealed, readSealingKeys } from '../../src/platform/sealed.ts'

const key = (id: string) => ({ id, secret: randomBytes(32) })
const [old, present] = [key('old'), key('new')]
const sealer = createSealer([present, old])

test('what was sealed opens, for the same place only', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string(), fc.string(), (plain, here, there) => {
      fc.pre(here !== there)
      const sealed = sealer.seal(plain, here)
      expect(sealer.open(sealed, here)).toBe(Buffer.from(plain, 'utf8').toString('utf8'))
      expect(() => sealer.open(sealed, there)).toThrow(NotSealed)
    }),
  )
})

test('the same value never looks the same twice', () => {
  const seen = new Set(Array.from({ length: 1_000 }, () => sealer.seal('tok_ok', 'here')))
  expect(seen.size).toBe(1_000)
})

test('every flipped bit, every cut and every other key is refused, and nothing of the value is told', () => {
  const sealed = sealer.seal('someone@example.org', 'here')
  const [, , iv = '', body = ''] = sealed.split('.')
  for (const [part, rebuilt] of [
    [iv, (changed: string) => `v1.new.${changed}.${body}`],
    [body, (changed: string) => `v1.new.${iv}.${changed}`],
  ] as const) {
    const bytes = Buffer.from(part, 'base64url')
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes)
      changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
      expect(() => sealer.open(rebuilt(changed.toString('base64url')), 'here')).toThrow(NotSealed)
    }
  }
  for (let length = 0; length < sealed.length; length++) {
    expect(() => sealer.open(sealed.slice(0, length), 'here')).toThrow(NotSealed)
  }
  expect(() => sealer.open(sealed.replace('v1.new', 'v1.old'), 'here')).toThrow(NotSealed)
  expect(() => createSealer([old]).open(sealed, 'here')).toThrow('there is no key new')
})

test('an older key opens what it sealed, and the newest seals', () => {
  const before = createSealer([old]).seal('tok_ok', 'here')
  expect(sealer.open(before, 'here')).toBe('tok_ok')
  expect(sealer.keyIdOf(before)).toBe('old')
  expect(sealer.keyIdOf(sealer.seal('tok_ok', 'here'))).toBe('new')
})

test('keys are read newest first', () => {
  const text = `k2:${present.secret.toString('base64')}, k1:${old.secret.toString('base64url')}`
  expect(readSealingKeys(text)).toEqual([
    { id: 'k2', secret: present.secret },
    { id: 'k1', secret: old.secret },
  ])
})

test.each([
  '',
  'k1',
  'k1:',
  'k1:c2hvcnQ=',
  `:${'A'.repeat(43)}=`,
  `k1:${'A'.repeat(43)}=,k1:${'A'.repeat(43)}=`,
])('the keys %j are refused with what was expected', (text) =>
  expect(() => readSealingKeys(text)).toThrow('expected ID:BASE64'),
)
