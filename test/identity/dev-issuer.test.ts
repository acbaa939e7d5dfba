import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDevIssuer, createIdentity, type DevIssuer } from '../../src/identity/index.ts'
import { audience, bearer, guestSecret, heldClock, idSecret } from './identity-world.ts'

const clock = heldClock()
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rowlock-dev-issuer-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const begin = (keyFile?: string, rolesClaim = 'roles') =>
  createDevIssuer({ production: false, audience, rolesClaim, keyFile, clock })

const trusting = (dev: DevIssuer, rolesClaim = 'roles') =>
  createIdentity({
    idSecret,
    guests: { secret: guestSecret },
    accounts: { issuer: dev.issuer, audience, rolesClaim, keys: dev.jwks() },
    clock,
  })

test('it refuses to exist in production and says what to set instead', async () => {
  await expect(createDevIssuer({ production: true, audience, rolesClaim: 'roles', clock })).rejects.toThrow(
    'does not run in production. Set JWKS_URL and TOKEN_ISSUER',
  )
})

test.each(['roles', 'realm_access.roles', 'https://example.com/roles'])(
  'its tokens carry the roles asked for, in the claim %s',
  async (claim) => {
    const dev = await begin(undefined, claim)
    const identity = trusting(dev, claim)
    const token = await dev.sign({ subject: 'olga', roles: ['organiser', 'gate'] })
    const viewer = await identity.authenticate(bearer(token))
    expect(viewer).toMatchObject({ subject: 'olga', roles: ['organiser', 'gate'] })
  },
)

test('a token of a named role is had by the name, and of no other name', async () => {
  const dev = await begin()
  const viewer = await trusting(dev).authenticate(bearer(await dev.issue('admin', 'ada')))
  expect(viewer).toMatchObject({ subject: 'ada', roles: ['admin'] })
  await expect(dev.issue('superuser', 'ada')).rejects.toThrow('roles are customer, organiser, gate, admin')
})

test('it publishes no secret', async () => {
  expect(Object.keys((await begin()).jwks().keys[0] ?? {}).sort()).toEqual([
    'alg',
    'crv',
    'kid',
    'kty',
    'use',
    'x',
  ])
})

test('processes that begin at once on one key file end up with one key, readable by its owner only', async () => {
  const keyFile = join(folder, 'deep', 'key.json')
  const issuers = await Promise.all(Array.from({ length: 8 }, () => begin(keyFile)))
  expect(new Set(issuers.map((dev) => dev.jwks().keys[0]?.kid)).size).toBe(1)
  expect(readdirSync(join(folder, 'deep'))).toEqual(['key.json'])
  expect(statSync(keyFile).mode & 0o077).toBe(0)
})

test('a key file that is none says so and what to do', async () => {
  const keyFile = join(folder, 'broken.json')
  for (const text of ['', 'no json', '{}', '[]', 'null']) {
    writeFileSync(keyFile, text)
    await expect(begin(keyFile)).rejects.toThrow('Delete the file')
  }
})
