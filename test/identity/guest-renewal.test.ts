import { expect, test } from 'vitest'
import { createIdentity } from '../../src/identity/index.ts'

const dayMs = 86_400_000
let nowMs = 1_800_000_000_000
const identity = createIdentity({
  idSecret: 'an id secret of at least 32 bytes, for tests',
  guests: { secret: 'a guest secret of at least 32 bytes, for tests' },
  accounts: null,
  clock: { nowMs: () => nowMs, now: () => new Date(nowMs) },
})

async function guestOf(token: string) {
  const viewer = await identity.authenticate(`Bearer ${token}`)
  if (viewer.kind !== 'guest') throw new Error('not a guest')
  return viewer
}

test('a guest who asks in time stays the same buyer, and a session ends for good after 30 days', async () => {
  const first = await identity.issueGuestToken()
  let guest = await guestOf(first.token)
  const began = nowMs
  while (nowMs - began < 29 * dayMs) {
    nowMs += 3_600_000
    const renewed = await identity.issueGuestToken(guest)
    guest = await guestOf(renewed.token)
    expect(guest.buyerId).toBe(first.buyerId)
  }
  nowMs = began + 30 * dayMs + 1_000
  expect((await identity.issueGuestToken(guest)).buyerId).not.toBe(first.buyerId)
})

test('a new guest is somebody else', async () => {
  const [a, b] = [await identity.issueGuestToken(), await identity.issueGuestToken()]
  expect(a.buyerId).not.toBe(b.buyerId)
})
