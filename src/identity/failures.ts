/** Why nobody knows who is calling: the token is no good, or its issuer's keys cannot be had right now. */
import { Outage, Refusal } from '../platform/failures.ts'

const sentences = {
  malformed: 'The Authorization header is not "Bearer <token>". Send a token unchanged, as you received it.',
  expired: 'This token has expired. Get a new one: sign in again, or start a new guest session.',
  not_yet_valid: 'This token is not valid yet. Check the clock of the machine that made it.',
  unknown_issuer:
    'This token comes from an issuer that is not accepted here. Sign in where this site sends you.',
  wrong_audience: 'This token was made for another service. Get one for this service.',
  not_verified: 'This token cannot be verified. Get a new one: sign in again, or start a new guest session.',
} as const

export type InvalidTokenReason = keyof typeof sentences

export class InvalidToken extends Refusal {
  readonly code = 'INVALID_TOKEN'
  readonly reason: InvalidTokenReason

  constructor(reason: InvalidTokenReason, options?: ErrorOptions) {
    super(sentences[reason], options)
    this.reason = reason
  }
}

export class IdentityUnavailable extends Outage {
  readonly code = 'IDENTITY_UNAVAILABLE'

  constructor(options?: ErrorOptions) {
    super('Accounts cannot be checked at the moment. Try again shortly, or go on as a guest.', 2_000, options)
  }
}
