/**
 * Gives a ticket a new code and makes the old one void: because others have seen it. The generation that the caller saw makes a repeat harmless: it finds the code replaced already.
 */
import type { Pool } from '../platform/postgres.ts'
import type { Tx } from '../platform/transaction.ts'
import { generationMax } from './payload.ts'
import { CodeNotReplaced, TicketNotFound } from './refusals.ts'
import { overSince, type Room } from './room.ts'

export interface ReplaceCode {
  ticketId: string
  /** Who has to have it; null when the house replaces it. */
  holderId: string | null
  /** Of the code that is to become void. */
  generation: number
}

/** The generation of the code that holds now. */
export async function reissue(room: Room, request: ReplaceCode): Promise<number> {
  const { ticketId, holderId, generation } = request
  const { rows } = await room.pool.query<TicketRow>(
    `SELECT t.code_generation AS generation, t.state, coalesce(t.holder_id, b.buyer_id) AS "holderId", s.starts_at > $2 AS "isShown"
       FROM ticket t JOIN booking b ON b.id = t.booking_id JOIN show s ON s.id = t.show_id WHERE t.id = $1`,
    [ticketId, overSince(room)],
  )
  const [ticket] = rows
  if (!ticket || (holderId !== null && ticket.holderId !== holderId)) throw new TicketNotFound()
  if (ticket.state === 'void') throw new CodeNotReplaced('void')
  if (!ticket.isShown) throw new CodeNotReplaced('over')
  if (ticket.generation > generation) return ticket.generation
  if (ticket.generation >= generationMax) throw new CodeNotReplaced('too_often')
  await nextGeneration(room.pool, ticketId, ticket.generation)
  return ticket.generation + 1
}

interface TicketRow {
  generation: number
  state: 'valid' | 'void'
  holderId: string
  isShown: boolean
}

/** One step: of two that raise the same generation, one does. Part of the caller's transaction when given its Tx. */
async function nextGeneration(on: Pool | Tx, ticketId: string, from: number): Promise<boolean> {
  const { rowCount } = await on.query(
    `UPDATE ticket SET code_generation = code_generation + 1, code_key_id = NULL
      WHERE id = $1 AND state = 'valid' AND code_generation = $2`,
    [ticketId, from],
  )
  return rowCount === 1
}
