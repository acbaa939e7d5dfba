/**
 * Who this browser is to the shop: one guest session, begun when something is first locked and kept for later
 * visits, because the bookings belong to it. A token about to end is replaced before it is sent.
 */
import { graphql } from '../generated/index.ts'

export const startGuestSession = graphql(`
  mutation StartGuestSession {
    startGuestSession {
      __typename
      ... on StartGuestSessionOk { token expiresAt }
      ... on Refusal { message code }
      ... on RateLimited { retryAfterMs }
      ... on TryAgain { retryAfterMs }
    }
  }
`)

interface GuestSession {
  token: string
  expiresAt: string
}

const storageKey = 'rowlock.guest'
let inMemory: GuestSession | null = null
/** A token is not used in its last minute: a request must not outlive it. */
const spareMs = 60_000

/** The token of a session that was begun earlier and still lives. */
export function presentToken(): string | null {
  const session = read()
  return session && Date.parse(session.expiresAt) - spareMs > Date.now() ? session.token : null
}

/** Half of a token's life is left: time for a later one of the same guest. */
const renewMs = 3_600_000

export function tokenEndsSoon(): boolean {
  const session = read()
  if (!session || !presentToken()) return false
  return Date.parse(session.expiresAt) - renewMs < Date.now()
}

export function keepSession(session: GuestSession): void {
  try {
    localStorage.setItem(storageKey, JSON.stringify(session))
  } catch {
    // Storage may be full or forbidden; the session then lasts as long as the page.
  }
  inMemory = session
}

/** The server no longer knows the token. */
export function forgetSession(): void {
  inMemory = null
  try {
    localStorage.removeItem(storageKey)
  } catch {
    // Nothing was kept where nothing can be removed.
  }
}

function read(): GuestSession | null {
  if (inMemory) return inMemory
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(storageKey) ?? 'null')
    if (kept && typeof kept === 'object' && 'token' in kept && 'expiresAt' in kept) {
      inMemory = { token: String(kept.token), expiresAt: String(kept.expiresAt) }
    }
  } catch {
    // What cannot be read is treated as not there.
  }
  return inMemory
}
