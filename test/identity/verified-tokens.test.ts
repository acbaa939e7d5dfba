import { expect, test } from 'vitest'
import { VerifiedTokens } from '../../src/identity/verified-tokens.ts'
import type { Guest } from '../../src/identity/viewer.ts'

const guest = (endsMs: number): Guest => ({
  kind: 'guest',
  buyerId: 'b',
  roles: [],
  expiresAt: new Date(endsMs),
  session: { id: 's', beganS: 0 },
})

test('however many tokens come, no more than 10,000 are remembered, the last used ones', () => {
  const tokens = new VerifiedTokens()
  tokens.keep('used all the time', guest(1_000), 0)
  for (let at = 0; at < 20_000; at++) {
    tokens.keep(`token ${at}`, guest(1_000), 0)
    tokens.find('used all the time', 0)
  }
  expect(tokens.size).toBe(10_000)
  expect(tokens.find('used all the time', 0)).not.toBeNull()
  expect(tokens.find('token 0', 0)).toBeNull()
  expect(tokens.find('token 19999', 0)).not.toBeNull()
})

test('a token is forgotten the moment it ends', () => {
  const tokens = new VerifiedTokens()
  tokens.keep('token', guest(1_000), 0)
  expect(tokens.find('token', 999)).not.toBeNull()
  expect(tokens.find('token', 1_000)).toBeNull()
  expect(tokens.size).toBe(0)
})
