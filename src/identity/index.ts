/**
 * Identity: who is calling. A caller is anonymous, a guest (a token of ours), or an account (a token of an identity
 * provider) with roles. It promises that nobody becomes somebody else's buyer id without that buyer's token, and
 * that a bad token is refused, never taken for no token.
 */
export type { AccountTokensConfig } from './account-tokens.ts'
export { createIdentity, type Identity, type IdentityConfig } from './create-identity.ts'
export { createDevIssuer, type DevIssuer, type DevIssuerOptions, devIssuerName } from './dev-issuer.ts'
export { IdentityUnavailable, InvalidToken, type InvalidTokenReason } from './failures.ts'
export { hasRole, isOwner, isSignedIn, worksForTheHouse } from './may.ts'
export type { Account, Guest, Role, Viewer } from './viewer.ts'
