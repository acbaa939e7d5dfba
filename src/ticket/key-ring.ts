/**
 * The keys as this process knows them. Opened keys are remembered, because a key id means the same key for ever; states
 * are read from the primary each time, so that a revoked key is refused from the commit of its revocation on.
 */
import type { Pool } from '../platform/postgres.ts'
import type { KeyStanding } from './code.ts'
import type { CheckingKey, SigningKey } from './code-key.ts'
import type { KeySealer } from './room.ts'
import { openCheckingKey, openSigningKey } from './sealed-key.ts'

export interface KeyRing {
  standingOf(keyId: string): Promise<KeyStanding>
  /** The same for many; ids that nobody knows are left out. */
  standingsOf(keyIds: readonly string[]): Promise<Map<string, KeyStanding>>
  /** The keys among these that codes may still be made with. */
  signingKeys(keyIds: readonly string[]): Promise<Map<string, SigningKey>>
}

interface KeyRow {
  id: string
  state: 'active' | 'verify_only' | 'revoked'
  signing: string | null
  checking: string | null
}

export function openKeyRing(pool: Pool, sealer: KeySealer, keysMax: number): KeyRing {
  const checking = new Map<string, CheckingKey>()
  const signing = new Map<string, SigningKey>()

  async function read(keyIds: readonly string[]): Promise<KeyRow[]> {
    const { rows } = await pool.query<KeyRow>({
      name: 'ticket_keys',
      text: `SELECT id, state, sealed_signing AS signing, sealed_checking AS checking
               FROM ticket_key WHERE id = ANY($1)`,
      values: [keyIds],
    })
    return rows
  }

  function standingIn({ id: keyId, state, checking: sealedChecking }: KeyRow): KeyStanding {
    if (state === 'revoked' || sealedChecking === null) return { state: 'revoked' }
    const key = remembered(checking, keyId, keysMax, () => openCheckingKey(sealer, { keyId, sealedChecking }))
    return { state, key }
  }

  return {
    async standingOf(keyId) {
      const [row] = await read([keyId])
      return row ? standingIn(row) : { state: 'unknown' }
    },
    async standingsOf(keyIds) {
      return new Map((await read(keyIds)).map((row) => [row.id, standingIn(row)]))
    },
    async signingKeys(keyIds) {
      const found = new Map<string, SigningKey>()
      for (const { id: keyId, signing: sealedSigning, checking: sealedChecking } of await read(keyIds)) {
        if (sealedSigning === null || sealedChecking === null) continue
        const open = () => openSigningKey(sealer, { keyId, sealedSigning, sealedChecking })
        found.set(keyId, remembered(signing, keyId, keysMax, open))
      }
      return found
    },
  }
}

function remembered<Key>(keys: Map<string, Key>, keyId: string, keysMax: number, open: () => Key): Key {
  const known = keys.get(keyId)
  if (known !== undefined) return known
  const key = open()
  keys.set(keyId, key)
  const [oldest] = keys.keys()
  if (keys.size > keysMax && oldest !== undefined) keys.delete(oldest)
  return key
}
