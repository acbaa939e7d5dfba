import fc from 'fast-check'
import { decodeJwt, decodeProtectedHeader, SignJWT } from 'jose'
import { expect, test } from 'vitest'
import { createIdentity, InvalidToken, isSignedIn } from '../../src/identity/index.ts'
import { bearer, guestSecret, heldClock, identityWith, idSecret } from './identity-world.ts'

const hourMs = 3_600_000

test('without a header a caller is anonymous, has no roles and is no buyer', async () => {
  const viewer = await identityWith(heldClock(), null).authenticate(undefined)
  expect(viewer).toEqual({ kind: 'anonymous', buyerId: null, roles: [], expiresAt: null })
  expect(isSignedIn(viewer)).toBe(false)
})

test('a guest is the same buyer with every request, in every process with the same secrets', async () => {
  const clock = heldClock()
  const { token, expiresAt, buyerId } = await identityWith(clock, null).issueGuestToken()
  const viewer = await identityWith(clock, null).authenticate(bearer(token))
  expect(viewer).toMatchObject({ kind: 'guest', buyerId, roles: [], expiresAt })
  expect(buyerId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
})

test('two guests are two buyers', async () => {
  const identity = identityWith(heldClock(), null)
  expect((await identity.issueGuestToken()).buyerId).not.toBe((await identity.issueGuestToken()).buyerId)
})

test('a token does not hold the buyer id, so that one who reads ids cannot make the other', async () => {
  const { token, buyerId } = await identityWith(heldClock(), null).issueGuestToken()
  expect(JSON.stringify(decodeJwt(token))).not.toContain(buyerId)
})

test('a guest token ends after two hours, remembered or not', async () => {
  const clock = heldClock()
  const identity = identityWith(clock, null)
  const { token, expiresAt } = await identity.issueGuestToken()
  expect(Math.round((expiresAt.getTime() - clock.nowMs()) / hourMs)).toBe(2)
  await identity.authenticate(bearer(token))
  clock.pass(2 * hourMs + 6_000)
  await expect(identity.authenticate(bearer(token))).rejects.toMatchObject({
    code: 'INVALID_TOKEN',
    reason: 'expired',
    message: 'This token has expired. Get a new one: sign in again, or start a new guest session.',
  })
})

test('a rotated secret is accepted as the previous one, and not after that', async () => {
  const clock = heldClock()
  const { token, buyerId } = await identityWith(clock, null).issueGuestToken()
  const withSecrets = (secret: string, previousSecret?: string) =>
    createIdentity({ idSecret, guests: { secret, previousSecret }, accounts: null, clock })
  const [second, third] = [
    'the second secret, which is long enough!',
    'the third secret, which is long enough!!',
  ]
  expect(await withSecrets(second, guestSecret).authenticate(bearer(token))).toMatchObject({ buyerId })
  await expect(withSecrets(third, second).authenticate(bearer(token))).rejects.toBeInstanceOf(InvalidToken)
})

test('a token that was changed anywhere is refused', async () => {
  const identity = identityWith(heldClock(), null)
  const { token } = await identity.issueGuestToken()
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.'
  await fc.assert(
    fc.asyncProperty(fc.nat(token.length - 2), fc.constantFrom(...letters), async (at, letter) => {
      fc.pre(token[at] !== letter)
      const forged = `${token.slice(0, at)}${letter}${token.slice(at + 1)}`
      await expect(identity.authenticate(bearer(forged))).rejects.toBeInstanceOf(InvalidToken)
    }),
    { numRuns: 300 },
  )
})

test('a token signed with the right secret for another purpose is no guest', async () => {
  const clock = heldClock()
  const identity = identityWith(clock, null)
  const { token } = await identity.issueGuestToken()
  const { kid = '' } = decodeProtectedHeader(token)
  const sign = (header: { typ?: string }, claims: Record<string, unknown>) =>
    new SignJWT({ ...decodeJwt(token), ...claims })
      .setProtectedHeader({ alg: 'HS256', kid, ...header })
      .sign(Buffer.from(guestSecret))
  const typ = 'rowlock-guest+jwt'
  expect(await identity.authenticate(bearer(await sign({ typ }, {})))).toMatchObject({ kind: 'guest' })
  for (const forged of [sign({}, {}), sign({ typ: 'JWT' }, {}), sign({ typ }, { aud: 'another' })]) {
    await expect(identity.authenticate(bearer(await forged))).rejects.toBeInstanceOf(InvalidToken)
  }
})

test('a header that is no bearer token is refused, never taken for no header', async () => {
  const identity = identityWith(heldClock(), null)
  const long = bearer(`${'a'.repeat(9_000)}.b.c`)
  for (const header of [
    '',
    'Bearer',
    'Bearer ',
    'Basic YWxpY2U6',
    'Bearer a.b',
    bearer('a.b.c'),
    `${bearer('a.b.c')} d`,
    long,
  ]) {
    await expect(identity.authenticate(header)).rejects.toMatchObject({ reason: 'malformed' })
  }
})

test('a secret that can be guessed is not begun with', () => {
  const clock = heldClock()
  const begin = (secret: string, ids: string, previousSecret?: string) => () =>
    createIdentity({ idSecret: ids, guests: { secret, previousSecret }, accounts: null, clock })
  expect(begin('short', idSecret)).toThrow('expected at least 32')
  expect(begin(guestSecret, idSecret, 'short')).toThrow('expected at least 32')
  expect(begin(guestSecret, 'short')).toThrow('at least 32')
})
