/**
 * Guest tokens: signed by the product itself, so that people buy without an account, in production too. A secret is
 * rotated by making it the previous one for as long as tokens live; the key id in a token says which it was.
 */
import { createHash, webcrypto } from 'node:crypto'
import { jwtVerify, SignJWT } from 'jose'
import type { Clock } from '../platform/clock.ts'
import { keyedUuid, randomUuid } from '../platform/ids.ts'
import { InvalidToken } from './failures.ts'
import { identityLimits } from './identity-limits.ts'
import { asTokenFailure } from './token-failures.ts'
import type { Guest } from './viewer.ts'

const { subtle } = webcrypto

export const guestIssuer = 'rowlock:guests'
const audience = 'rowlock'
/** Keeps a token that was signed for anything else with the same secret from being taken for a guest. */
const tokenType = 'rowlock-guest+jwt'

export interface GuestTokensConfig {
  secret: string
  /** Still accepted while tokens signed with it live. */
  previousSecret?: string | undefined
  ttlMs?: number
}

export interface GuestTokens {
  /** A new guest's token; or, for a guest whose token still holds, a later one of the same guest. */
  issue(renewed?: Guest): Promise<{ token: string; expiresAt: Date; buyerId: string }>
  verify(token: string): Promise<Guest>
}

export function createGuestTokens(config: GuestTokensConfig, idSecret: string, clock: Clock): GuestTokens {
  const { secret, previousSecret, ttlMs = identityLimits.guestTokenTtlMs } = config
  const current = keyOf(secret)
  const previous = previousSecret === undefined ? [] : [keyOf(previousSecret)]
  const keys = new Map([...previous, current].map(({ id, key }) => [id, key]))
  const buyerIdOf = (subject: string) => keyedUuid(idSecret, 'buyer', guestIssuer, subject)

  return {
    async issue(renewed) {
      const issuedAtS = Math.floor(clock.nowMs() / 1000)
      const session =
        renewed && mayRenew(renewed, issuedAtS) ? renewed.session : { id: randomUuid(), beganS: issuedAtS }
      const subject = session.id
      const expiresAtS = issuedAtS + Math.floor(ttlMs / 1000)
      const token = await new SignJWT({ began: session.beganS })
        .setProtectedHeader({ alg: 'HS256', typ: tokenType, kid: current.id })
        .setIssuer(guestIssuer)
        .setAudience(audience)
        .setSubject(subject)
        .setIssuedAt(issuedAtS)
        .setExpirationTime(expiresAtS)
        .sign(await current.key)
      return { token, expiresAt: new Date(expiresAtS * 1000), buyerId: buyerIdOf(subject) }
    },

    async verify(token) {
      const { payload } = await jwtVerify(
        token,
        ({ kid = '' }) => {
          const key = keys.get(kid)
          // Signed with a secret that was rotated away: whoever holds it can only begin anew.
          if (!key) throw new InvalidToken('expired')
          return key
        },
        {
          algorithms: ['HS256'],
          issuer: guestIssuer,
          audience,
          typ: tokenType,
          requiredClaims: ['sub', 'exp'],
          clockTolerance: identityLimits.clockToleranceS,
          currentDate: clock.now(),
        },
      ).catch((error: unknown) => {
        throw asTokenFailure(error)
      })
      const { sub = '', exp = 0, iat = 0, began } = payload
      const session = { id: sub, beganS: typeof began === 'number' ? began : iat }
      return { kind: 'guest', buyerId: buyerIdOf(sub), roles: [], expiresAt: new Date(exp * 1000), session }
    },
  }
}

/** A stolen token can be renewed too, so a session ends for good some day. */
const mayRenew = ({ session }: Guest, nowS: number) =>
  (nowS - session.beganS) * 1000 < identityLimits.guestSessionMsMax

interface SecretKey {
  id: string
  /** Imported once: from bytes it would be imported again for every token. */
  key: Promise<CryptoKey>
}

function keyOf(secret: string): SecretKey {
  const bytes = Buffer.from(secret)
  if (bytes.byteLength < identityLimits.secretBytesMin) {
    throw new Error(
      `The secret of guest tokens has ${bytes.byteLength} bytes; expected at least ${identityLimits.secretBytesMin}. ` +
        'Make one with: openssl rand -base64 48',
    )
  }
  const id = createHash('sha256').update('guest token key id:').update(bytes).digest('hex').slice(0, 12)
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  return { id, key: subtle.importKey('raw', bytes, algorithm, false, ['sign', 'verify']) }
}

type CryptoKey = Awaited<ReturnType<typeof subtle.importKey>>
