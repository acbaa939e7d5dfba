/**
 * The codes of tickets, made anew each time they are shown. A code follows from the ticket's row and its key, so none is
 * stored and none can be read from a stolen database. The row remembers which key: a ticket is bound to the active key
 * when its code is first shown, so that its code stays the same when keys rotate.
 */
import { makeCode } from './code.ts'
import { haveActiveKey } from './move-keys.ts'
import { overSince, type Room } from './room.ts'

interface TicketRow {
  id: string
  showId: number
  seatNo: number
  generation: number
  keyId: string | null
}

/** Tickets that are void, unknown, or of a show that is over have no code and are left out. */
export async function codesOf(room: Room, ticketIds: readonly string[]): Promise<Map<string, string>> {
  const { codesPerCallMax, bindTriesMax } = room.limits
  if (ticketIds.length > codesPerCallMax) {
    throw new RangeError(`Expected at most ${codesPerCallMax} tickets at once, got ${ticketIds.length}`)
  }
  const codes = new Map<string, string>()
  let missing = [...new Set(ticketIds)]
  for (let tries = 0; missing.length > 0; tries++) {
    const unbound = await addCodes(room, missing, codes)
    if (unbound.length === 0) break
    if (tries === bindTriesMax) throw new Error(`${unbound.length} tickets keep losing their key`)
    await bindToActiveKey(room, unbound)
    missing = unbound
  }
  return codes
}

/** Ids of the tickets that have no key, or one that was revoked. */
async function addCodes(room: Room, ids: readonly string[], codes: Map<string, string>): Promise<string[]> {
  const { rows } = await room.pool.query<TicketRow>({
    name: 'tickets_to_show',
    text: `SELECT t.id, t.show_id AS "showId", t.seat_no AS "seatNo", t.code_generation AS generation,
                  t.code_key_id AS "keyId"
             FROM ticket t JOIN show s ON s.id = t.show_id
            WHERE t.id = ANY($1::uuid[]) AND t.state = 'valid' AND s.starts_at > $2`,
    values: [ids, overSince(room)],
  })
  const keys = await room.keyRing.signingKeys([...new Set(rows.flatMap(({ keyId }) => keyId ?? []))])
  const unbound: string[] = []
  for (const { keyId, id: ticketId, ...rest } of rows) {
    const key = keyId === null ? undefined : keys.get(keyId)
    if (key) codes.set(ticketId, makeCode({ ticketId, ...rest }, key))
    else unbound.push(ticketId)
  }
  return unbound
}

/**
 * Two viewers of one new ticket race here: the second waits for the row, finds it bound, and leaves it. A ticket whose
 * key was revoked gets a new generation too, so that its old code stays void whatever becomes of that key.
 */
async function bindToActiveKey(room: Room, ids: readonly string[]): Promise<void> {
  const { rowCount } = await room.pool.query({
    name: 'bind_codes',
    text: `WITH unbound AS (
             SELECT id FROM ticket
              WHERE id = ANY($1::uuid[]) AND state = 'valid'
                AND (code_key_id IS NULL OR code_key_id IN (SELECT id FROM ticket_key WHERE state = 'revoked'))
              ORDER BY id FOR NO KEY UPDATE)
           UPDATE ticket t
              SET code_generation = least(t.code_generation + (t.code_key_id IS NOT NULL)::int, 65535),
                  code_key_id = k.id
             FROM unbound u, ticket_key k
            WHERE t.id = u.id AND k.state = 'active'`,
    values: [ids],
  })
  if (rowCount === 0) await haveActiveKey(room)
}
