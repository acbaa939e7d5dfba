/**
 * A ticket changes hands. Whoever has it offers it and gets a secret to send; whoever takes it with that secret has it
 * from then on, with a new code, and the old code is void. Money stays where it is: what is refunded goes to the buyer,
 * who cannot give the seat back while somebody else has the ticket.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import { inTransaction, type Tx } from '../platform/transaction.ts'
import { generationMax } from './payload.ts'
import { OfferNotFound, TicketNotFound, TicketNotTransferable } from './refusals.ts'
import { overSince, type Room } from './room.ts'

export interface HeldTicket {
  ticketId: string
  /** Who has to have it. */
  holderId: string
}

export interface TakeTicket {
  /** As offerTicket made it. */
  offer: string
  takerId: string
}

const secretBytes = 16
const offerForm = /^[A-Za-z0-9_-]{43}$/

/** The secret by which the ticket can be taken. One at a time: an earlier one no longer holds. */
export async function offerTicket(room: Room, { ticketId, holderId }: HeldTicket): Promise<string> {
  const secret = room.randomBytes(secretBytes)
  const offer = Buffer.concat([Buffer.from(ticketId.replaceAll('-', ''), 'hex'), secret]).toString(
    'base64url',
  )
  await inTransaction(room.pool, async (tx) => {
    const ticket = await lockTicket(room, tx, ticketId)
    if (ticket?.holderId !== holderId) throw new TicketNotFound()
    requireTransferable(ticket)
    await tx.query('UPDATE ticket SET offer_hash = $2 WHERE id = $1', [ticketId, hashOf(offer)])
  })
  return offer
}

/** Nobody can take it any more. Whether somebody could have. */
export async function withdrawOffer(
  { pool }: Pick<Room, 'pool'>,
  { ticketId, holderId }: HeldTicket,
): Promise<boolean> {
  const { rows } = await pool.query<{ withdrawn: boolean }>(
    `WITH mine AS (
       SELECT t.id, t.offer_hash FROM ticket t JOIN booking b ON b.id = t.booking_id
        WHERE t.id = $1 AND coalesce(t.holder_id, b.buyer_id) = $2 FOR UPDATE OF t),
     gone AS (UPDATE ticket t SET offer_hash = NULL FROM mine m WHERE t.id = m.id)
     SELECT offer_hash IS NOT NULL AS withdrawn FROM mine`,
    [ticketId, holderId],
  )
  const [found] = rows
  if (!found) throw new TicketNotFound()
  return found.withdrawn
}

/** The ticket's id. A repeat by who took it finds it taken. */
export async function takeTicket(room: Room, { offer, takerId }: TakeTicket): Promise<string> {
  if (!offerForm.test(offer)) throw new OfferNotFound()
  const hash = hashOf(offer)
  const ticketId = uuidOf(Buffer.from(offer, 'base64url').subarray(0, 16))
  await inTransaction(room.pool, async (tx) => {
    const ticket = await lockTicket(room, tx, ticketId)
    if (!ticket) throw new OfferNotFound()
    if (ticket.offerHash === null || !isEqual(ticket.offerHash, hash)) {
      if (await isTakenBy(tx, { ticketId, takerId, hash, holderId: ticket.holderId })) return
      throw new OfferNotFound()
    }
    requireTransferable(ticket)
    if (ticket.holderId === takerId) throw new TicketNotTransferable('yours')
    const generation = ticket.generation + 1
    await tx.query(
      `UPDATE ticket SET holder_id = nullif($2::uuid, $3::uuid), code_generation = $4, code_key_id = NULL,
              offer_hash = NULL WHERE id = $1`,
      [ticketId, takerId, ticket.buyerId, generation],
    )
    await tx.query(
      `INSERT INTO ticket_transfer (ticket_id, generation, from_id, to_id, offer_hash) VALUES ($1, $2, $3, $4, $5)`,
      [ticketId, generation, ticket.holderId, takerId, hash],
    )
  })
  return ticketId
}

interface LockedTicket {
  state: 'valid' | 'void'
  generation: number
  buyerId: string
  holderId: string
  offerHash: string | null
  isShown: boolean
}

/** Locks the ticket's row: of two who take it, one does; and giving the seat back waits, or is waited for. */
async function lockTicket(room: Room, tx: Tx, ticketId: string): Promise<LockedTicket | null> {
  const { rows } = await tx.query<LockedTicket>(
    `SELECT t.state, t.code_generation AS generation, b.buyer_id AS "buyerId", t.offer_hash AS "offerHash",
            coalesce(t.holder_id, b.buyer_id) AS "holderId", s.starts_at > $2 AS "isShown"
       FROM ticket t JOIN booking b ON b.id = t.booking_id JOIN show s ON s.id = t.show_id
      WHERE t.id = $1 FOR UPDATE OF t`,
    [ticketId, overSince(room)],
  )
  return rows[0] ?? null
}

function requireTransferable({ state, isShown, generation }: LockedTicket): void {
  if (state === 'void') throw new TicketNotTransferable('void')
  if (!isShown) throw new TicketNotTransferable('over')
  if (generation >= generationMax) throw new TicketNotTransferable('too_often')
}

async function isTakenBy(
  tx: Tx,
  {
    ticketId,
    takerId,
    hash,
    holderId,
  }: { ticketId: string; takerId: string; hash: string; holderId: string },
): Promise<boolean> {
  if (holderId !== takerId) return false
  const { rowCount } = await tx.query(
    'SELECT 1 FROM ticket_transfer WHERE ticket_id = $1 AND to_id = $2 AND offer_hash = $3',
    [ticketId, takerId, hash],
  )
  return rowCount !== 0
}

/** The secret is random and long, so a plain hash cannot be guessed back. */
const hashOf = (offer: string) => createHash('sha256').update(offer).digest('hex')
const isEqual = (a: string, b: string) =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))

function uuidOf(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
