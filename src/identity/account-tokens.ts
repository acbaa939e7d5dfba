/**
 * Account tokens: made by an identity provider, verified against its published keys. Only public-key algorithms are
 * accepted, so a token can neither be unsigned nor be signed with a published key as if it were a secret.
 */
import { createLocalJWKSet, createRemoteJWKSet, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose'
import type { Clock } from '../platform/clock.ts'
import { keyedUuid } from '../platform/ids.ts'
import { IdentityUnavailable, InvalidToken } from './failures.ts'
import { identityLimits } from './identity-limits.ts'
import { rolesIn } from './roles-claim.ts'
import { asKeysFailure } from './token-failures.ts'
import type { Account } from './viewer.ts'

const algorithms = ['RS256', 'ES256', 'EdDSA'] as const

export interface AccountTokensConfig {
  issuer: string
  audience: string
  /** Name of the claim, or path to it, that holds the roles. */
  rolesClaim: string
  /** Where the issuer publishes its keys, or the keys themselves. */
  keys: URL | JSONWebKeySet
}

export interface AccountTokens {
  verify(token: string): Promise<Account>
}

export function createAccountTokens(
  config: AccountTokensConfig,
  idSecret: string,
  clock: Clock,
): AccountTokens {
  const { issuer, audience, rolesClaim } = config
  const keys = config.keys instanceof URL ? remoteKeys(config.keys) : localKeys(config.keys)
  let awayUntilMs = 0

  async function verifySignature(token: string): Promise<JWTPayload> {
    // Known keys are used as long as they are fresh, also while new ones cannot be had.
    if (!keys.fresh && clock.nowMs() < awayUntilMs) throw new IdentityUnavailable()
    try {
      const { payload } = await jwtVerify(token, keys, {
        algorithms: [...algorithms],
        issuer,
        audience,
        requiredClaims: ['sub', 'exp'],
        clockTolerance: identityLimits.clockToleranceS,
        currentDate: clock.now(),
      })
      return payload
    } catch (error) {
      const failure = asKeysFailure(error)
      if (failure instanceof IdentityUnavailable) awayUntilMs = clock.nowMs() + identityLimits.keysAwayMs
      throw failure
    }
  }

  return {
    async verify(token) {
      const payload = await verifySignature(token)
      const { sub, exp = Number.NaN } = payload
      const expiresAt = new Date(exp * 1000)
      // A signature vouches for the claims and not for their types: issuers misconfigure what they put there.
      const isSubject = typeof sub === 'string' && sub !== '' && sub.length <= identityLimits.subjectCharsMax
      if (!isSubject || Number.isNaN(expiresAt.getTime())) throw new InvalidToken('not_verified')
      return {
        kind: 'account',
        buyerId: keyedUuid(idSecret, 'buyer', issuer, sub),
        subject: sub,
        roles: rolesIn(payload, rolesClaim),
        expiresAt,
      }
    },
  }
}

const remoteKeys = (url: URL) =>
  createRemoteJWKSet(url, {
    timeoutDuration: identityLimits.keysAnswerMsMax,
    cacheMaxAge: identityLimits.keysAgeMsMax,
    cooldownDuration: identityLimits.keysAgainMs,
  })

const localKeys = (keys: JSONWebKeySet) => Object.assign(createLocalJWKSet(keys), { fresh: true })
