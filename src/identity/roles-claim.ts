/** Roles out of a token, wherever its issuer puts them. */
import { type Role, roles } from './viewer.ts'

/**
 * The claim is looked up by its whole name first ("https://example.com/roles"), then as a path ("realm_access.roles").
 * Names that are no roles of ours are ignored: issuers put those of other services there too. An account without any
 * is a customer.
 */
export function rolesIn(payload: Readonly<Record<string, unknown>>, claim: string): Role[] {
  const value = own(payload, claim) ?? claim.split('.').reduce<unknown>(own, payload)
  const named = typeof value === 'string' ? value.split(/[\s,]+/) : Array.isArray(value) ? value : []
  const held = roles.filter((role) => named.includes(role))
  return held.length > 0 ? held : ['customer']
}

function own(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
  return (value as Record<string, unknown>)[name]
}
