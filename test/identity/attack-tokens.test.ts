/** Tokens that were forged, borrowed, bent or blown up: over HTTP and the WebSocket nobody becomes somebody by them. */
import { createHmac } from 'node:crypto'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { type AttackWorld, attackWorld, readAnswer, toldCode } from '../graphql/attack-world.ts'
import { talk } from '../http/http-world.ts'

let world: AttackWorld
let guestToken: string
let accountToken: string
beforeAll(async () => {
  world = await attackWorld()
  guestToken = (await world.guest()).token
  accountToken = (await world.account('customer', 'ada')).token
})
afterAll(() => world.close())

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
const headOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString())
const hs256 = (head: unknown, claims: unknown, secret: string | Buffer) => {
  const signed = `${part(head)}.${part(claims)}`
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`
}
const inAnHourS = () => Math.floor(Date.now() / 1000) + 3_600

const forged: Record<string, () => string | Promise<string>> = {
  'without an algorithm': () =>
    `${part({ ...headOf(guestToken), alg: 'none' })}.${guestToken.split('.')[1]}.x`,
  'without an algorithm, spelled otherwise': () =>
    `${part({ alg: 'NoNe', typ: 'JWT' })}.${accountToken.split('.')[1]}.x`,
  'signed with an empty secret': () => hs256(headOf(guestToken), claimsOf(guestToken), ''),
  'signed with a secret of our documentation': () =>
    hs256(headOf(guestToken), claimsOf(guestToken), 'changeme'.repeat(5)),
  'of a guest with another’s subject': () => {
    const [head, , signature] = guestToken.split('.')
    return `${head}.${part({ ...claimsOf(guestToken), sub: 'somebody-else' })}.${signature}`
  },
  'of a guest who calls himself an admin': () => {
    const [head, , signature] = guestToken.split('.')
    return `${head}.${part({ ...claimsOf(guestToken), roles: ['admin'] })}.${signature}`
  },
  'of an account signed with the published key as a secret': async () => {
    const { keys } = (await (await fetch(`${world.url}/dev/jwks.json`)).json()) as {
      keys: { x: string; kid: string }[]
    }
    return hs256(
      { alg: 'HS256', typ: 'JWT', kid: keys[0]?.kid },
      { ...claimsOf(accountToken), roles: ['admin'] },
      Buffer.from(keys[0]?.x ?? '', 'base64url'),
    )
  },
  'signed with a key of its own, which it carries': async () => {
    const { privateKey, publicKey } = await generateKeyPair('EdDSA')
    return new SignJWT(claimsOf(accountToken))
      .setProtectedHeader({
        ...headOf(accountToken),
        jwk: await exportJWK(publicKey),
        jku: `${world.url}/dev/jwks.json`,
      })
      .sign(privateKey)
  },
  'of an issuer nobody knows': () =>
    hs256({ alg: 'HS256' }, { iss: 'https://evil.example', sub: 'x', exp: inAnHourS() }, 'x'.repeat(32)),
  'of an issuer that is a list': () =>
    hs256({ alg: 'HS256' }, { iss: ['rowlock:guests'], sub: 'x', exp: inAnHourS() }, 'x'.repeat(32)),
  'of no issuer': () => hs256({ alg: 'HS256' }, { sub: 'x' }, 'x'.repeat(32)),
  'that is a lone word': () => 'sesame',
  'of three dots': () => '...',
  'of no JSON': () => 'YQ.YQ.YQ',
  'whose claims are a list': () => `${part({ alg: 'EdDSA' })}.${part([])}.x`,
  'whose claims are null': () => `${part({ alg: 'EdDSA' })}.${part(null)}.x`,
  'that asks for an extension': () =>
    `${part({ ...headOf(accountToken), crit: ['exp'] })}.${accountToken.split('.').slice(1).join('.')}`,
  'with a newline at its end': () => `${guestToken}%0a`,
  'of 8,000 characters': () => `${'x'.repeat(4_000)}.${'y'.repeat(3_900)}.z`,
  'of 15,000 characters': () => 'x'.repeat(15_000),
}

test.each(Object.keys(forged))(
  'a token %s is refused, and its bearer is not taken for nobody',
  async (name) => {
    const token = (await forged[name]?.()) ?? ''
    const authorization = `Bearer ${token}`
    const answer = await readAnswer(await world.post('{"query":"{viewer{kind roles}}"}', { authorization }))
    expect([answer.status, toldCode(answer)], answer.text).toEqual([401, 'INVALID_TOKEN'])
    expect(answer.data ?? null).toBeNull()
    expect(answer.text).not.toContain(token.slice(0, 40))

    const viewer = talk(new WebSocket(`${world.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws'))
    await viewer.opened()
    viewer.send({ type: 'connection_init', payload: { authorization } })
    expect((await viewer.closed).code).toBe(4401)
  },
)

test.each(['Bearer', 'Bearer ', 'bearer', 'Basic dXNlcjpwYXNz', 'Bearer a b c', 'Token x'])(
  'a header of "%s" is refused and not taken for none',
  async (authorization) => {
    const answer = await readAnswer(await world.post('{"query":"{viewer{kind}}"}', { authorization }))
    expect([answer.status, toldCode(answer)]).toEqual([401, 'INVALID_TOKEN'])
  },
)

describe('the development issuer', () => {
  test('gives no role that there is not, and no name that is none', async () => {
    for (const path of [
      'superuser',
      'admin?subject=a%20b',
      `admin?subject=${'x'.repeat(65)}`,
      'admin?subject=a&subject=b',
      '__proto__',
      'admin%00',
    ]) {
      const answer = await fetch(`${world.url}/dev/token/${path}`)
      expect([400, 404], path).toContain(answer.status)
      await readAnswer(answer)
    }
  })

  test('does not exist where it was not asked for', async () => {
    const api = await world.api({ DEV_ISSUER: 'off' })
    expect((await fetch(`${api.url}/dev/token/admin`)).status).toBe(404)
    expect((await fetch(`${api.url}/dev/jwks.json`)).status).toBe(404)
    const answer = await readAnswer(
      await fetch(`${api.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${accountToken}` },
        body: '{"query":"{viewer{kind}}"}',
      }),
    )
    expect(toldCode(answer)).toBe('INVALID_TOKEN')
  })
})

test('all of this left the process alive, without a fault, and no token in its log', async () => {
  expect(world.faults()).toEqual([])
  expect(await world.isAlive()).toBe(true)
  expect(world.server.output()).not.toContain(guestToken)
  expect(world.server.output()).not.toContain(accountToken)
})
