/**
 * An issuer of account tokens for development: whoever asks gets any role. It refuses to exist in production. With a
 * key file, processes that share the file accept each other's tokens, and tokens outlive a restart.
 */
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import {
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JSONWebKeySet,
  type JWK,
  SignJWT,
} from 'jose'
import type { Clock } from '../platform/clock.ts'
import { randomUuid } from '../platform/ids.ts'
import { type Role, roles } from './viewer.ts'

export const devIssuerName = 'rowlock:development'
const algorithm = 'EdDSA'
const dayMs = 86_400_000

export interface DevIssuerOptions {
  production: boolean
  audience: string
  /** The claim that the verifier reads roles from. A path ("realm_access.roles") is written as nested objects. */
  rolesClaim: string
  keyFile?: string | undefined
  clock: Clock
}

export interface DevIssuer {
  readonly issuer: string
  readonly roles: readonly Role[]
  jwks(): JSONWebKeySet
  sign(claims: { subject: string; roles: readonly Role[]; ttlMs?: number }): Promise<string>
  /** A day's token of one role, by the role's name as it came over HTTP. */
  issue(role: string, subject: string): Promise<string>
}

export async function createDevIssuer(options: DevIssuerOptions): Promise<DevIssuer> {
  const { production, audience, rolesClaim, keyFile, clock } = options
  if (production) {
    throw new Error(
      'The development issuer hands out admin tokens to anyone and does not run in production. ' +
        'Set JWKS_URL and TOKEN_ISSUER to your identity provider instead.',
    )
  }
  const secretKey = keyFile === undefined ? await newKey() : await sharedKey(keyFile)
  const key = await importJWK(secretKey, algorithm)
  const { d: _secret, ...publicKey } = secretKey
  const kid = await calculateJwkThumbprint(publicKey)

  const sign: DevIssuer['sign'] = ({ subject, roles: held, ttlMs = dayMs }) => {
    const issuedAtS = Math.floor(clock.nowMs() / 1000)
    return new SignJWT(nested(rolesClaim, [...held]))
      .setProtectedHeader({ alg: algorithm, typ: 'JWT', kid })
      .setIssuer(devIssuerName)
      .setAudience(audience)
      .setSubject(subject)
      .setIssuedAt(issuedAtS)
      .setExpirationTime(issuedAtS + Math.floor(ttlMs / 1000))
      .sign(key)
  }

  return {
    issuer: devIssuerName,
    roles,
    jwks: () => ({ keys: [{ ...publicKey, kid, alg: algorithm, use: 'sig' }] }),
    sign,
    async issue(role, subject) {
      const named = roles.find((known) => known === role)
      if (!named) throw new Error(`"${role}" is no role; roles are ${roles.join(', ')}.`)
      return sign({ subject, roles: [named] })
    },
  }
}

async function newKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true })
  return exportJWK(privateKey)
}

/** Linking decides who was first when several processes start at once; the others read what that one wrote. */
async function sharedKey(keyFile: string): Promise<JWK> {
  if (!existsSync(keyFile)) {
    mkdirSync(dirname(keyFile), { recursive: true })
    const draft = `${keyFile}.${randomUuid()}`
    writeFileSync(draft, JSON.stringify(await newKey()), { mode: 0o600 })
    try {
      linkSync(draft, keyFile)
    } catch (error) {
      if (!existsSync(keyFile)) throw error
    } finally {
      rmSync(draft)
    }
  }
  const came: unknown = parse(readFileSync(keyFile, 'utf8'))
  if (typeof came === 'object' && came !== null && 'kty' in came && 'd' in came) return came as JWK
  throw new Error(
    `${keyFile} holds no secret key as a JWK. Delete the file; a new key is made at the next start.`,
  )
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** A claim's name that is a URL has dots too and is no path. */
function nested(claim: string, value: unknown): Record<string, unknown> {
  const path = claim.includes('/') ? [claim] : claim.split('.')
  return path.reduceRight<unknown>((inner, name) => ({ [name]: inner }), value) as Record<string, unknown>
}
