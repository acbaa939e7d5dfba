/** The keys as the operator sees them, and as gates are given them. */
import type { Room } from './room.ts'
import { openGateKey } from './sealed-key.ts'

export interface ListedKey {
  keyId: string
  state: 'active' | 'verify_only' | 'revoked'
  createdAt: Date
  rotatedAt: Date | null
  revokedAt: Date | null
  revokedBecause: string | null
  /** Valid tickets whose code is of this key. */
  tickets: number
  /** Start of the last show of these tickets. */
  lastShowAt: Date | null
}

export async function listKeys({ pool, limits }: Room): Promise<ListedKey[]> {
  const { rows } = await pool.query<ListedKey>(
    `SELECT k.id AS "keyId", k.state, k.created_at AS "createdAt", k.rotated_at AS "rotatedAt",
            k.revoked_at AS "revokedAt", k.revoked_because AS "revokedBecause",
            count(t.id)::int AS tickets, max(s.starts_at) AS "lastShowAt"
       FROM ticket_key k LEFT JOIN ticket t ON t.code_key_id = k.id AND t.state = 'valid'
       LEFT JOIN show s ON s.id = t.show_id
      GROUP BY k.id ORDER BY k.state, k.created_at DESC, k.id LIMIT $1`,
    [limits.liveKeysMax + limits.revokedKeysToldMax],
  )
  return rows
}

/** What a gate holds to check codes without network. `key` is secret to outsiders and lets nobody make codes. */
export type GateKey =
  | { keyId: string; state: 'active' | 'verify_only'; key: string }
  | { keyId: string; state: 'revoked' }

export async function gateKeys({ pool, sealer, limits }: Room): Promise<GateKey[]> {
  const { rows } = await pool.query<{
    id: string
    state: 'active' | 'verify_only' | 'revoked'
    checking: string | null
  }>(
    `(SELECT id, state, sealed_checking AS checking FROM ticket_key WHERE state <> 'revoked'
       ORDER BY state, created_at DESC, id LIMIT $1)
     UNION ALL
     (SELECT id, state, NULL FROM ticket_key WHERE state = 'revoked' ORDER BY revoked_at DESC, id LIMIT $2)`,
    [limits.liveKeysMax, limits.revokedKeysToldMax],
  )
  return rows.map(({ id: keyId, state, checking }) =>
    state === 'revoked' || checking === null
      ? { keyId, state: 'revoked' }
      : { keyId, state, key: openGateKey(sealer, { keyId, sealedChecking: checking }) },
  )
}
