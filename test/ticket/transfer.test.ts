/** A ticket that is passed on has one holder at every moment, and only that one has a code that holds. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  OfferNotFound,
  type Ticketing,
  TicketNotFound,
  type TicketNotTransferable,
} from '../../src/ticket/index.ts'
import { ticketWorld } from './ticket-world.ts'

let world: Awaited<ReturnType<typeof ticketWorld>>
let ticketing: Ticketing
const buyer = randomUUID()
const friend = randomUUID()

beforeAll(async () => {
  world = await ticketWorld()
  ticketing = world.open()
})
afterAll(() => world.close())

const oneTicket = async (inHours = 24) => {
  const [ticketId = ''] = await world.tickets(await world.show(inHours), { buyerId: buyer })
  return ticketId
}
const offered = (ticketId: string, holderId = buyer) => ticketing.offerTicket({ ticketId, holderId })
const refusal = (act: Promise<unknown>) =>
  act.then(
    () => 'nothing was refused',
    (error) => error,
  )

test('who takes it has it, with a new code; the old code is void', async () => {
  const ticketId = await oneTicket()
  const before = (await ticketing.codeOf(ticketId)) ?? ''
  const offer = await offered(ticketId)
  expect(offer).toMatch(/^[\w-]{43}$/)
  expect(await ticketing.codeOf(ticketId)).toBe(before)
  expect(await ticketing.takeTicket({ offer, takerId: friend })).toBe(ticketId)
  const after = await ticketing.codeOf(ticketId)
  expect(after).not.toBe(before)
  const old = await ticketing.verify(before)
  expect(old.outcome === 'valid' && (await ticketing.standingOf(old.payload))).toBe('replaced')
  // The buyer has lost every say over it, and the friend has it.
  expect(await refusal(offered(ticketId))).toBeInstanceOf(TicketNotFound)
  expect(await refusal(ticketing.reissue({ ticketId, holderId: buyer, generation: 2 }))).toBeInstanceOf(
    TicketNotFound,
  )
  expect(await ticketing.reissue({ ticketId, holderId: friend, generation: 2 })).toBe(3)
})

test('the secret rests as a hash', async () => {
  const offer = await offered(await oneTicket())
  const { rows } = await world.pool.query(`SELECT string_agg(ticket::text, '') AS all FROM ticket`)
  expect(rows[0].all).not.toContain(offer)
  expect(rows[0].all).not.toContain(Buffer.from(offer, 'base64url').subarray(16).toString('hex'))
})

test('of twenty who take it at once, one has it, and their repeat says so', async () => {
  const ticketId = await oneTicket()
  const offer = await offered(ticketId)
  const takers = Array.from({ length: 20 }, () => randomUUID())
  const answers = await Promise.all(
    takers.map((takerId) => refusal(ticketing.takeTicket({ offer, takerId }))),
  )
  expect(answers.filter((answer) => answer instanceof OfferNotFound)).toHaveLength(19)
  const { rows } = await world.pool.query('SELECT holder_id, code_generation FROM ticket WHERE id = $1', [
    ticketId,
  ])
  expect(takers).toContain(rows[0].holder_id)
  expect(rows[0].code_generation).toBe(2)
  expect(await ticketing.takeTicket({ offer, takerId: rows[0].holder_id })).toBe(ticketId)
  expect(await refusal(ticketing.takeTicket({ offer, takerId: friend }))).toBeInstanceOf(OfferNotFound)
})

test('it goes on and comes back, and an old offer never holds again', async () => {
  const ticketId = await oneTicket()
  const first = await offered(ticketId)
  await ticketing.takeTicket({ offer: first, takerId: friend })
  const back = await offered(ticketId, friend)
  await ticketing.takeTicket({ offer: back, takerId: buyer })
  const { rows } = await world.pool.query('SELECT holder_id FROM ticket WHERE id = $1', [ticketId])
  expect(rows[0].holder_id).toBeNull()
  // The friend's repeat is about a taking that has been passed on since.
  expect(await refusal(ticketing.takeTicket({ offer: first, takerId: friend }))).toBeInstanceOf(OfferNotFound)
  const { rows: history } = await world.pool.query(
    'SELECT from_id, to_id FROM ticket_transfer WHERE ticket_id = $1 ORDER BY generation',
    [ticketId],
  )
  expect(history).toEqual([
    { from_id: buyer, to_id: friend },
    { from_id: friend, to_id: buyer },
  ])
})

test('an offer that was withdrawn or replaced does not hold', async () => {
  const ticketId = await oneTicket()
  const first = await offered(ticketId)
  const second = await offered(ticketId)
  expect(await refusal(ticketing.takeTicket({ offer: first, takerId: friend }))).toBeInstanceOf(OfferNotFound)
  expect(await refusal(ticketing.withdrawOffer({ ticketId, holderId: friend }))).toBeInstanceOf(
    TicketNotFound,
  )
  expect(await ticketing.withdrawOffer({ ticketId, holderId: buyer })).toBe(true)
  expect(await ticketing.withdrawOffer({ ticketId, holderId: buyer })).toBe(false)
  expect(await refusal(ticketing.takeTicket({ offer: second, takerId: friend }))).toBeInstanceOf(
    OfferNotFound,
  )
})

test.each([
  '',
  'x',
  'A'.repeat(43),
  'A'.repeat(44),
  `${'A'.repeat(42)}=`,
  '../../etc/passwd',
  '\u0000'.repeat(43),
])('the offer %j is none', async (offer) => {
  expect(await refusal(ticketing.takeTicket({ offer, takerId: friend }))).toBeInstanceOf(OfferNotFound)
})

test('an offer with one bit changed is none', async () => {
  const bytes = Buffer.from(await offered(await oneTicket()), 'base64url')
  for (const at of [0, 15, 16, 31]) {
    const changed = Buffer.from(bytes)
    changed.writeUInt8(changed.readUInt8(at) ^ 1, at)
    const offer = changed.toString('base64url')
    expect(await refusal(ticketing.takeTicket({ offer, takerId: friend }))).toBeInstanceOf(OfferNotFound)
  }
})

test('what is void, over, used up, or one`s own is not passed on, and says why', async () => {
  const [own, void_, usedUp] = [await oneTicket(), await oneTicket(), await oneTicket()]
  const [toOwn, toVoid] = [await offered(own), await offered(void_)]
  const because = async (act: Promise<unknown>) => (await refusal(act)) as TicketNotTransferable
  expect(await because(ticketing.takeTicket({ offer: toOwn, takerId: buyer }))).toMatchObject({
    reason: 'yours',
  })
  await world.makeVoid(void_)
  expect(await because(ticketing.takeTicket({ offer: toVoid, takerId: friend }))).toMatchObject({
    reason: 'void',
  })
  expect(await because(offered(void_))).toMatchObject({ reason: 'void' })
  expect(await because(offered(await oneTicket(-73)))).toMatchObject({ reason: 'over' })
  await world.pool.query('UPDATE ticket SET code_generation = 65535 WHERE id = $1', [usedUp])
  expect(await because(offered(usedUp))).toMatchObject({ reason: 'too_often' })
})
