/**
 * Tokens that were verified a moment ago, so that a caller's tenth request costs no signature check. Bounded in
 * number and age; keyed by a hash, so that a dump of the memory holds no tokens.
 */
import { createHash } from 'node:crypto'
import { identityLimits } from './identity-limits.ts'
import type { Account, Guest } from './viewer.ts'

interface Entry {
  viewer: Guest | Account
  untilMs: number
}

export class VerifiedTokens {
  /** In the order of their last use: the first is the one to forget. */
  private readonly entries = new Map<string, Entry>()

  find(token: string, nowMs: number): Guest | Account | null {
    const key = keyOf(token)
    const entry = this.entries.get(key)
    if (!entry) return null
    this.entries.delete(key)
    if (nowMs >= entry.untilMs) return null
    this.entries.set(key, entry)
    return entry.viewer
  }

  keep(token: string, viewer: Guest | Account, nowMs: number): void {
    const [oldest] = this.entries.keys()
    if (oldest !== undefined && this.entries.size >= identityLimits.verifiedTokensMax) {
      this.entries.delete(oldest)
    }
    const untilMs = Math.min(viewer.expiresAt.getTime(), nowMs + identityLimits.verifiedMsMax)
    this.entries.set(keyOf(token), { viewer, untilMs })
  }

  get size(): number {
    return this.entries.size
  }
}

const keyOf = (token: string) => createHash('sha256').update(token).digest('base64')
