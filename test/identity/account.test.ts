import { createHmac } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { hasRole, IdentityUnavailable, InvalidToken } from '../../src/identity/index.ts'
import {
  audience,
  bearer,
  heldClock,
  identityWith,
  issuer,
  newSigner,
  type Provider,
  type Signer,
  signWith,
  startProvider,
} from './identity-world.ts'

const clock = heldClock()
let signer: Signer
let provider: Provider

beforeEach(async () => {
  signer = await newSigner('first')
  provider = await startProvider([signer.publicKey])
})
afterEach(() => provider.stop())

const reasonOf = (reason: string) => ({ code: 'INVALID_TOKEN', reason })

test('an account is the same buyer with every token of its issuer, and another than any other account', async () => {
  const identity = identityWith(clock, provider.url)
  const first = await identity.authenticate(bearer(await signWith(signer, clock)))
  const later = await identity.authenticate(bearer(await signWith(signer, clock, { jti: 'another token' })))
  const other = await identity.authenticate(bearer(await signWith(signer, clock, { sub: 'bob' })))
  expect(first).toMatchObject({ kind: 'account', subject: 'alice', roles: ['customer'] })
  expect(later.buyerId).toBe(first.buyerId)
  expect(other.buyerId).not.toBe(first.buyerId)
})

test.each(['RS256', 'ES256', 'EdDSA'] as const)('tokens signed with %s are accepted', async (alg) => {
  const other = await newSigner('other', alg)
  const identity = identityWith(clock, { keys: [other.publicKey] })
  expect(await identity.authenticate(bearer(await signWith(other, clock)))).toMatchObject({ kind: 'account' })
})

test('an algorithm that is not on the list is refused, though its key is published', async () => {
  const other = await newSigner('other', 'PS256')
  const identity = identityWith(clock, { keys: [other.publicKey] })
  await expect(identity.authenticate(bearer(await signWith(other, clock)))).rejects.toBeInstanceOf(
    InvalidToken,
  )
})

describe('forged', () => {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const claims = () => {
    const nowS = Math.floor(clock.nowMs() / 1000)
    return encode({ iss: issuer, aud: audience, sub: 'alice', exp: nowS + 600 })
  }

  test('an unsigned token is refused', async () => {
    const identity = identityWith(clock, provider.url)
    for (const alg of ['none', 'None']) {
      const body = `${encode({ alg, kid: 'first' })}.${claims()}`
      for (const signature of ['', 'AA']) {
        await expect(identity.authenticate(bearer(`${body}.${signature}`))).rejects.toBeInstanceOf(
          InvalidToken,
        )
      }
    }
  })

  test('a published key is no shared secret', async () => {
    const rsa = await newSigner('rsa', 'RS256')
    const identity = identityWith(clock, { keys: [rsa.publicKey] })
    const body = `${encode({ alg: 'HS256', kid: 'rsa' })}.${claims()}`
    const signature = createHmac('sha256', JSON.stringify(rsa.publicKey)).update(body).digest('base64url')
    await expect(identity.authenticate(bearer(`${body}.${signature}`))).rejects.toBeInstanceOf(InvalidToken)
  })

  test('a token of a key that was not published is refused, also under the id of one that was', async () => {
    const stranger = await newSigner('first')
    const identity = identityWith(clock, provider.url)
    const token = await signWith(stranger, clock)
    await expect(identity.authenticate(bearer(token))).rejects.toMatchObject(reasonOf('not_verified'))
  })
})

test('claims that do not fit are refused, each with what to do', async () => {
  const identity = identityWith(clock, provider.url)
  const nowS = Math.floor(clock.nowMs() / 1000)
  const refusals: [Record<string, unknown>, string][] = [
    [{ exp: nowS - 6 }, 'expired'],
    [{ nbf: nowS + 60 }, 'not_yet_valid'],
    [{ aud: 'another service' }, 'wrong_audience'],
    [{ aud: undefined }, 'wrong_audience'],
    [{ iss: 'https://elsewhere.example' }, 'unknown_issuer'],
    [{ iss: undefined }, 'unknown_issuer'],
    [{ iss: 'rowlock:guests' }, 'not_verified'],
    [{ exp: undefined }, 'not_verified'],
    [{ sub: undefined }, 'not_verified'],
    [{ sub: '' }, 'not_verified'],
    [{ sub: 'a'.repeat(256) }, 'not_verified'],
  ]
  for (const [claims, reason] of refusals) {
    const token = await signWith(signer, clock, claims)
    const outcome = await identity.authenticate(bearer(token)).catch((error: unknown) => error)
    expect(outcome, JSON.stringify(claims)).toMatchObject(reasonOf(reason))
  }
})

test('clocks may differ by five seconds', async () => {
  const identity = identityWith(clock, provider.url)
  const nowS = Math.floor(clock.nowMs() / 1000)
  const token = await signWith(signer, clock, { exp: nowS - 3, nbf: nowS + 3 })
  expect(await identity.authenticate(bearer(token))).toMatchObject({ kind: 'account' })
})

test('without an issuer of accounts only guests are known', async () => {
  const identity = identityWith(clock, null)
  const token = await signWith(signer, clock)
  await expect(identity.authenticate(bearer(token))).rejects.toMatchObject(reasonOf('unknown_issuer'))
})

describe('roles', () => {
  const rolesOf = async (claim: string, claims: Record<string, unknown>) => {
    const identity = identityWith(clock, { keys: [signer.publicKey] }, claim)
    return identity.authenticate(bearer(await signWith(signer, clock, claims)))
  }

  test('come from the claim that was configured, wherever it lies', async () => {
    const found = [
      rolesOf('roles', { roles: ['gate', 'organiser'] }),
      rolesOf('roles', { roles: 'gate organiser' }),
      rolesOf('realm_access.roles', { realm_access: { roles: ['organiser', 'gate'] } }),
      rolesOf('https://example.com/roles', { 'https://example.com/roles': ['gate', 'organiser'] }),
    ]
    for (const viewer of await Promise.all(found)) expect(viewer.roles).toEqual(['organiser', 'gate'])
  })

  test('that are not ours give nothing', async () => {
    for (const value of [['superuser', 7, null], 'Admin', { admin: true }, 7, null]) {
      expect((await rolesOf('roles', { roles: value })).roles).toEqual(['customer'])
    }
    expect((await rolesOf('constructor.name', {})).roles).toEqual(['customer'])
  })

  test('of an admin are all roles', async () => {
    const admin = await rolesOf('roles', { roles: ['admin'] })
    const gate = await rolesOf('roles', { roles: ['gate'] })
    expect(hasRole(admin, 'organiser')).toBe(true)
    expect(hasRole(gate, 'organiser')).toBe(false)
  })
})

describe('the issuer’s keys', () => {
  test('are fetched once for many callers', async () => {
    const identity = identityWith(clock, provider.url)
    const tokens = await Promise.all(['a', 'b', 'c', 'd'].map((sub) => signWith(signer, clock, { sub })))
    await Promise.all(tokens.map((token) => identity.authenticate(bearer(token))))
    expect(provider.requests).toBe(1)
  })

  test('that are unknown do not make us ask again and again', async () => {
    const identity = identityWith(clock, provider.url)
    await identity.authenticate(bearer(await signWith(signer, clock)))
    for (let at = 0; at < 5; at++) {
      const token = await signWith({ ...signer, kid: `unknown-${at}` }, clock)
      await expect(identity.authenticate(bearer(token))).rejects.toMatchObject(reasonOf('not_verified'))
    }
    expect(provider.requests).toBe(1)
  })

  test.each(['broken', 'silent', 'babbling'] as const)(
    'that cannot be had (%s) are an outage, not a refusal',
    async (mood) => {
      provider.mood = mood
      const identity = identityWith(clock, provider.url)
      const token = bearer(await signWith(signer, clock))
      await expect(identity.authenticate(token)).rejects.toMatchObject({
        code: 'IDENTITY_UNAVAILABLE',
        retryAfterMs: 2_000,
      })
      const asked = provider.requests
      await expect(identity.authenticate(token)).rejects.toBeInstanceOf(IdentityUnavailable)
      expect(provider.requests).toBe(asked)
      provider.mood = 'well'
      clock.pass(1_000)
      expect(await identity.authenticate(token)).toMatchObject({ kind: 'account' })
    },
  )

  test('go on verifying while their issuer is away, and guests never need them', async () => {
    const identity = identityWith(clock, provider.url)
    await identity.authenticate(bearer(await signWith(signer, clock)))
    await provider.stop()
    const another = await signWith(signer, clock, { sub: 'bob' })
    expect(await identity.authenticate(bearer(another))).toMatchObject({ subject: 'bob' })
    const { token } = await identity.issueGuestToken()
    expect(await identity.authenticate(bearer(token))).toMatchObject({ kind: 'guest' })
    provider = await startProvider([])
  })
})

test('a token that is used again is not verified again until five minutes have passed', async () => {
  const keys = { keys: [signer.publicKey] }
  const identity = identityWith(clock, keys)
  const token = bearer(await signWith(signer, clock))
  const first = await identity.authenticate(token)
  expect(await identity.authenticate(token)).toBe(first)
  clock.pass(300_000)
  expect(await identity.authenticate(token)).not.toBe(first)
})
