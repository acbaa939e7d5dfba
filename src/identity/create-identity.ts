/** Who is calling, by the Authorization header. No header is an anonymous caller; a bad one is never taken for none. */
import { decodeJwt } from 'jose'
import type { Clock } from '../platform/clock.ts'
import { type AccountTokensConfig, createAccountTokens } from './account-tokens.ts'
import { InvalidToken } from './failures.ts'
import { createGuestTokens, type GuestTokensConfig, guestIssuer } from './guest-tokens.ts'
import { identityLimits } from './identity-limits.ts'
import { VerifiedTokens } from './verified-tokens.ts'
import { anonymous, type Guest, type Viewer } from './viewer.ts'

export interface IdentityConfig {
  /** Keys the hash that turns issuer and subject into a buyer id. */
  idSecret: string
  guests: GuestTokensConfig
  /** Null: only guests buy. */
  accounts: AccountTokensConfig | null
  clock: Clock
}

export interface Identity {
  /** Refuses with InvalidToken; IdentityUnavailable when the issuer's keys cannot be had. */
  authenticate(authorization: string | undefined): Promise<Viewer>
  /** For a new guest, or a later token for the guest who asks with one that still holds. */
  issueGuestToken(renewed?: Guest): Promise<{ token: string; expiresAt: Date; buyerId: string }>
}

export function createIdentity(config: IdentityConfig): Identity {
  const { clock, idSecret } = config
  if (Buffer.byteLength(idSecret) < identityLimits.secretBytesMin) {
    throw new Error(`The secret of ids has to have at least ${identityLimits.secretBytesMin} bytes.`)
  }
  if (config.accounts?.issuer === guestIssuer) {
    throw new Error(`"${guestIssuer}" is the issuer of guest tokens; accounts need an issuer of their own.`)
  }
  const guests = createGuestTokens(config.guests, idSecret, clock)
  const accounts = config.accounts && createAccountTokens(config.accounts, idSecret, clock)
  const verified = new VerifiedTokens()

  /** The issuer is read unverified only to choose the keys; either verifier insists on its own issuer again. */
  async function verify(token: string) {
    const issuer = issuerOf(token)
    if (issuer === guestIssuer) return guests.verify(token)
    if (accounts && issuer === config.accounts?.issuer) return accounts.verify(token)
    throw new InvalidToken('unknown_issuer')
  }

  return {
    async authenticate(authorization) {
      if (authorization === undefined) return anonymous
      const token = tokenIn(authorization)
      const known = verified.find(token, clock.nowMs())
      if (known) return known
      const viewer = await verify(token)
      verified.keep(token, viewer, clock.nowMs())
      return viewer
    },
    issueGuestToken: (renewed) => guests.issue(renewed),
  }
}

function tokenIn(authorization: string): string {
  const isShort = authorization.length <= identityLimits.tokenCharsMax
  const token = isShort && /^Bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization)?.[1]
  if (!token) throw new InvalidToken('malformed')
  return token
}

function issuerOf(token: string): string | undefined {
  try {
    return decodeJwt(token).iss
  } catch (error) {
    throw new InvalidToken('malformed', { cause: error })
  }
}
