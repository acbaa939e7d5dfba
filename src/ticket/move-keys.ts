/**
 * The life of a key: active (codes are made with it), verify-only (its codes stay valid and are shown again), revoked
 * (its codes are refused and its secrets are erased). There is one active key, and moves take turns.
 *
 *   rotate    a new active key; the old one is verify-only until the shows of its tickets are over
 *   expire    verify-only keys whose shows are all over are revoked
 *   revoke    at once, because a key is no longer secret; its tickets get new codes when they are next shown
 */
import { inTransaction, type Tx } from '../platform/transaction.ts'
import { makeKeySecrets } from './code-key.ts'
import { KeyNotMoved } from './refusals.ts'
import { overSince, type Room } from './room.ts'
import { sealKey } from './sealed-key.ts'

export interface Rotated {
  activeKeyId: string
  /** Null when there was no key before. */
  verifyOnlyKeyId: string | null
  expiredKeyIds: string[]
}

export async function rotateKeys(room: Room): Promise<Rotated> {
  return await oneMove(room, async (tx) => {
    const expiredKeyIds = await expireKeys(room, tx)
    await refuseTooMany(room, tx)
    const { rows } = await tx.query<{ id: string }>(
      `UPDATE ticket_key SET state = 'verify_only', rotated_at = $1 WHERE state = 'active' RETURNING id`,
      [room.clock.now()],
    )
    return { activeKeyId: await addActiveKey(room, tx), verifyOnlyKeyId: rows[0]?.id ?? null, expiredKeyIds }
  })
}

/** The first key, made when the first code is asked for. Two processes that come at once make one. */
export async function haveActiveKey(room: Room): Promise<void> {
  await oneMove(room, async (tx) => {
    const { rowCount } = await tx.query(`SELECT FROM ticket_key WHERE state = 'active'`)
    if (rowCount === 0) await addActiveKey(room, tx)
  })
}

export async function expireKeysNow(room: Room): Promise<string[]> {
  return await oneMove(room, (tx) => expireKeys(room, tx))
}

export interface RevokeKey {
  keyId: string
  because: string
}

export interface Revoked {
  /** Tickets of shows to come whose code no gate accepts any more. */
  ticketsWithoutCode: number
  activeKeyId: string
}

export async function revokeKey(room: Room, { keyId, because }: RevokeKey): Promise<Revoked> {
  return await oneMove(room, async (tx) => {
    const { rowCount } = await tx.query(`${erase} WHERE id = $3 AND state <> 'revoked'`, [
      ...[room.clock.now(), because, keyId],
    ])
    if (rowCount === 0) {
      throw new KeyNotMoved(`Expected a key that is active or verify-only, got ${JSON.stringify(keyId)}.`)
    }
    const active = await tx.query<{ id: string }>(`SELECT id FROM ticket_key WHERE state = 'active'`)
    const { rows } = await tx.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM ticket t JOIN show s ON s.id = t.show_id
        WHERE t.code_key_id = $1 AND t.state = 'valid' AND s.starts_at > $2`,
      [keyId, overSince(room)],
    )
    const activeKeyId = active.rows[0]?.id ?? (await addActiveKey(room, tx))
    return { ticketsWithoutCode: rows[0]?.count ?? 0, activeKeyId }
  })
}

const erase = `UPDATE ticket_key SET state = 'revoked', sealed_signing = NULL, sealed_checking = NULL,
                                     revoked_at = $1, revoked_because = $2`

/** Whoever moves keys waits for the others; who reads keys or binds tickets to them does not. */
function oneMove<Result>(room: Room, work: (tx: Tx) => Promise<Result>): Promise<Result> {
  return inTransaction(room.pool, async (tx) => {
    await tx.query('LOCK TABLE ticket_key IN SHARE ROW EXCLUSIVE MODE')
    return await work(tx)
  })
}

async function expireKeys(room: Room, tx: Tx): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>(
    `${erase} WHERE state = 'verify_only' AND NOT EXISTS (
       SELECT FROM ticket t JOIN show s ON s.id = t.show_id
        WHERE t.code_key_id = ticket_key.id AND t.state = 'valid' AND s.starts_at > $3)
     RETURNING id`,
    [room.clock.now(), 'the shows of its tickets are over', overSince(room)],
  )
  return rows.map(({ id }) => id)
}

async function refuseTooMany({ limits }: Room, tx: Tx): Promise<void> {
  const { rows } = await tx.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM ticket_key WHERE state <> 'revoked'`,
  )
  if ((rows[0]?.count ?? 0) < limits.liveKeysMax) return
  throw new KeyNotMoved(
    `There are ${limits.liveKeysMax} keys whose shows are not over, and gates hold no more. Rotate less often, or revoke one.`,
  )
}

async function addActiveKey(room: Room, tx: Tx): Promise<string> {
  const sealed = sealKey(room.sealer, makeKeySecrets(room.randomBytes))
  await tx.query(
    `INSERT INTO ticket_key (id, state, sealed_signing, sealed_checking, created_at)
     VALUES ($1, 'active', $2, $3, $4)`,
    [sealed.keyId, sealed.sealedSigning, sealed.sealedChecking, room.clock.now()],
  )
  return sealed.keyId
}
