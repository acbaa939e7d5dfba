/** What jose throws, as this room's failures. What is not known here is a fault and passes unchanged. */
import { errors } from 'jose'
import { IdentityUnavailable, InvalidToken } from './failures.ts'

export function asTokenFailure(error: unknown): unknown {
  const options = { cause: error }
  if (error instanceof errors.JWTExpired) return new InvalidToken('expired', options)
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'nbf') return new InvalidToken('not_yet_valid', options)
    if (error.claim === 'iss') return new InvalidToken('unknown_issuer', options)
    if (error.claim === 'aud') return new InvalidToken('wrong_audience', options)
    return new InvalidToken('not_verified', options)
  }
  if (error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid) {
    return new IdentityUnavailable(options)
  }
  if (error instanceof errors.JOSEError && error.code !== 'ERR_JOSE_GENERIC') {
    return new InvalidToken('not_verified', options)
  }
  return error
}

/**
 * While keys are fetched, also a refused connection, a wrong status and an answer that is no JSON mean that they
 * cannot be had: the first is a TypeError of fetch, the others jose's nameless error.
 */
export function asKeysFailure(error: unknown): unknown {
  const failure = asTokenFailure(error)
  if (failure instanceof InvalidToken || failure instanceof IdentityUnavailable) return failure
  if (error instanceof errors.JOSEError || error instanceof TypeError) {
    return new IdentityUnavailable({ cause: error })
  }
  return error
}
