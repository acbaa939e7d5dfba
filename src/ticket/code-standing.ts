/** Whether genuine codes are the ones that their tickets have now. The gate asks it after the signature held. */
import type { Pool } from '../platform/postgres.ts'
import type { TicketPayload } from './payload.ts'

export type CodeStanding =
  | 'current'
  /** A newer code of this ticket exists. */
  | 'replaced'
  | 'void'
  /** No such ticket, or not at this seat: the database is not the one that the code was made from. */
  | 'unknown'

/** In the order of the payloads. */
export async function codeStandings(pool: Pool, payloads: readonly TicketPayload[]): Promise<CodeStanding[]> {
  const { rows } = await pool.query<TicketRow>({
    name: 'code_standings',
    text: `SELECT id, show_id AS "showId", seat_no AS "seatNo", state, code_generation AS generation
             FROM ticket WHERE id = ANY($1::uuid[])`,
    values: [payloads.map(({ ticketId }) => ticketId)],
  })
  const tickets = new Map(rows.map((row) => [row.id, row]))
  return payloads.map((payload) => judgeCode(payload, tickets.get(payload.ticketId) ?? null))
}

interface TicketRow {
  id: string
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
