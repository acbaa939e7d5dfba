/** Identities, an identity provider on a real port, and a clock that tests move. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'
import { createIdentity, type Identity } from '../../src/identity/index.ts'
import type { Clock } from '../../src/platform/clock.ts'

export const idSecret = 'the secret of ids, forty characters long!'
export const guestSecret = 'the secret of guest tokens, long enough!!'
export const issuer = 'https://accounts.example'
export const audience = 'rowlock'

export interface HeldClock extends Clock {
  pass(ms: number): void
}

export function heldClock(): HeldClock {
  let nowMs = Date.now()
  return {
    now: () => new Date(nowMs),
    nowMs: () => nowMs,
    pass(ms) {
      nowMs += ms
    },
  }
}

export interface Signer {
  kid: string
  alg: string
  key: CryptoKey
  publicKey: JWK
}

export async function newSigner(
  kid: string,
  alg: 'RS256' | 'ES256' | 'EdDSA' | 'PS256' = 'EdDSA',
): Promise<Signer> {
  const { privateKey, publicKey } = await generateKeyPair(alg)
  return { kid, alg, key: privateKey, publicKey: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } }
}

export interface Claims extends Record<string, unknown> {
  iss?: string
  aud?: string
  sub?: string
}

/** A token that is good in every way, except where the claims say otherwise. A claim of undefined is left out. */
export function signWith(signer: Signer, clock: Clock, claims: Claims = {}): Promise<string> {
  const nowS = Math.floor(clock.nowMs() / 1000)
  const all = { iss: issuer, aud: audience, sub: 'alice', iat: nowS, exp: nowS + 600, ...claims }
  const present = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
  return new SignJWT(present).setProtectedHeader({ alg: signer.alg, kid: signer.kid }).sign(signer.key)
}

export interface Provider {
  url: URL
  keys: JWK[]
  /** How the next requests are answered. */
  mood: 'well' | 'broken' | 'silent' | 'babbling'
  requests: number
  stop(): Promise<void>
}

export async function startProvider(keys: JWK[]): Promise<Provider> {
  const server: Server = createServer((_request, response) => {
    provider.requests += 1
    if (provider.mood === 'silent') return
    response.statusCode = provider.mood === 'broken' ? 500 : 200
    response.end(provider.mood === 'babbling' ? '<html>' : JSON.stringify({ keys: provider.keys }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const provider: Provider = {
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`),
    keys,
    mood: 'well',
    requests: 0,
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return provider
}

export function identityWith(
  clock: Clock,
  keys: URL | { keys: JWK[] } | null,
  rolesClaim = 'roles',
): Identity {
  return createIdentity({
    idSecret,
    guests: { secret: guestSecret },
    accounts: keys && { issuer, audience, rolesClaim, keys },
    clock,
  })
}

export const bearer = (token: string) => `Bearer ${token}`
