/** Whether a genuine code is the one that its ticket has now. The gate asks it after the signature held. */
import type { Pool } from '../platform/postgres.ts'
import type { TicketPayload } from './payload.ts'

export type CodeStanding =
  | 'current'
  /** A newer code of this ticket exists. */
  | 'replaced'
  | 'void'
  /** No such ticket, or not at this seat: the database is not the one that the code was made from. */
  | 'unknown'

export async function codeStanding(pool: Pool, payload: TicketPayload): Promise<CodeStanding> {
  const { rows } = await pool.query<TicketRow>({
    name: 'code_standing',
    text: `SELECT show_id AS "showId", seat_no AS "seatNo", state, code_generation AS generation
             FROM ticket WHERE id = $1`,
    values: [payload.ticketId],
  })
  return judgeCode(payload, rows[0] ?? null)
}

export interface TicketRow {
  showId: number
  seatNo: number
  state: 'valid' | 'void'
  generation: number
}

/**
 * A code of a newer generation than the row's was made by us and lost by the row, as when a backup was restored: it is
 * the newest its holder could get, so it holds.
 */
function judgeCode(payload: TicketPayload, ticket: TicketRow | null): CodeStanding {
  if (!ticket || ticket.showId !== payload.showId || ticket.seatNo !== payload.seatNo) return 'unknown'
  if (ticket.state === 'void') return 'void'
  return payload.generation < ticket.generation ? 'replaced' : 'current'
}
