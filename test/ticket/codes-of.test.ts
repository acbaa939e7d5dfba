import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { CodeNotReplaced, type Ticketing, TicketNotFound } from '../../src/ticket/index.ts'
import { first, type TicketWorld, ticketWorld } from './ticket-world.ts'

let world: TicketWorld
let ticketing: Ticketing

beforeEach(async () => {
  world = await ticketWorld()
  ticketing = world.open()
})
afterEach(() => world.close())

const newTicket = async (hours = 24) => first(await world.tickets(await world.show(hours)))

async function payloadOf(code: string | null) {
  const verification = await ticketing.verify(code ?? '')
  if (verification.outcome !== 'valid')
    throw new Error(`Expected a valid code, it is ${verification.outcome}`)
  return verification.payload
}

const standing = async (code: string | null) => ticketing.standingOf(await payloadOf(code))

test('the code of a ticket is genuine and says its show and seat', async () => {
  const showId = await world.show()
  const ids = await world.tickets(showId, { count: 3 })
  const codes = await ticketing.codesOf(ids)
  for (const [seatNo, ticketId] of ids.entries()) {
    expect(await payloadOf(codes.get(ticketId) ?? '')).toEqual({ ticketId, showId, seatNo, generation: 1 })
    expect(await standing(codes.get(ticketId) ?? '')).toBe('current')
  }
})

test('issuing a ticket makes no code and no key: the first showing does', async () => {
  const ticketId = await newTicket()
  expect(await ticketing.listKeys()).toEqual([])
  await ticketing.codeOf(ticketId)
  expect(await ticketing.listKeys()).toMatchObject([{ state: 'active', tickets: 1 }])
})

test('two processes that show their first codes at once make one key', async () => {
  const ids = await world.tickets(await world.show(), { count: 10 })
  await Promise.all(ids.map((ticketId) => world.open().codeOf(ticketId)))
  expect(await ticketing.listKeys()).toHaveLength(1)
})

test('ten processes that show new tickets at once show one code for each, the first', async () => {
  await ticketing.rotateKeys()
  for (let rounds = 0; rounds < 5; rounds++) {
    const ids = await world.tickets(await world.show(), { count: 100 })
    const processes = Array.from({ length: 10 }, () => world.open())
    const shown = await Promise.all(
      processes.map((process, at) => process.codesOf(at % 2 ? ids : ids.toReversed())),
    )
    for (const ticketId of ids) expect(new Set(shown.map((codes) => codes.get(ticketId))).size).toBe(1)
    expect(await payloadOf(shown[0]?.get(first(ids)) ?? '')).toMatchObject({ generation: 1 })
  }
})

test('no code is stored: no column of the database holds one', async () => {
  const ticketId = await newTicket()
  const code = (await ticketing.codeOf(ticketId)) ?? ''
  const { rows } = await world.pool.query(
    `SELECT t::text AS row FROM ticket t UNION ALL SELECT k::text FROM ticket_key k`,
  )
  expect(rows.every(({ row }) => !row.includes(code.slice(30, 60)))).toBe(true)
})

test('void and unknown tickets have no code', async () => {
  const ticketId = await newTicket()
  await world.makeVoid(ticketId)
  expect(await ticketing.codeOf(ticketId)).toBeNull()
  expect(await ticketing.codeOf(randomUUID())).toBeNull()
  expect(await ticketing.codesOf([])).toEqual(new Map())
})

test('a code is shown for 72 hours after the show began, and then no more', async () => {
  const ticketId = await newTicket(1)
  const code = await ticketing.codeOf(ticketId)
  world.passHours(72)
  expect(await ticketing.codeOf(ticketId)).toBe(code)
  world.passHours(2)
  expect(await ticketing.codeOf(ticketId)).toBeNull()
})

test('a ticket that became void keeps a genuine code that does not hold', async () => {
  const ticketId = await newTicket()
  const code = await ticketing.codeOf(ticketId)
  await world.makeVoid(ticketId)
  expect(await standing(code)).toBe('void')
})

test('a reissued ticket has a new code and the old one is void', async () => {
  const ticketId = await newTicket()
  const old = await ticketing.codeOf(ticketId)
  expect(await ticketing.reissue({ ticketId, holderId: null, generation: 1 })).toBe(2)
  const code = await ticketing.codeOf(ticketId)
  expect(code).not.toBe(old)
  expect(await payloadOf(code)).toMatchObject({ ticketId, generation: 2 })
  expect(await standing(old)).toBe('replaced')
  expect(await standing(code)).toBe('current')
})

test('a reissue that is repeated, or asked for ten times at once, replaces the code once', async () => {
  const ticketId = await newTicket()
  const request = { ticketId, holderId: null, generation: 1 }
  const answers = await Promise.all(Array.from({ length: 10 }, () => ticketing.reissue(request)))
  expect(new Set(answers)).toEqual(new Set([2]))
  expect(await payloadOf(await ticketing.codeOf(ticketId))).toMatchObject({ generation: 2 })
  expect(await ticketing.reissue(request)).toBe(2)
  expect(await ticketing.reissue({ ...request, generation: 2 })).toBe(3)
})

test('only the buyer reissues a ticket, or the house', async () => {
  const buyerId = randomUUID()
  const ticketId = first(await world.tickets(await world.show(), { buyerId }))
  const reissue = (by: string | null) => ticketing.reissue({ ticketId, holderId: by, generation: 1 })
  await expect(reissue(randomUUID())).rejects.toThrow(TicketNotFound)
  expect(await reissue(buyerId)).toBe(2)
  await expect(ticketing.reissue({ ticketId: randomUUID(), holderId: null, generation: 1 })).rejects.toThrow(
    TicketNotFound,
  )
})

test('a code is not replaced when the ticket is void, its show over, or its generations used up', async () => {
  const refusal = (reason: string) => expect.objectContaining({ constructor: CodeNotReplaced, reason })
  const used = await newTicket()
  await world.pool.query('UPDATE ticket SET code_generation = 65535 WHERE id = $1', [used])
  await expect(ticketing.reissue({ ticketId: used, holderId: null, generation: 65_535 })).rejects.toEqual(
    refusal('too_often'),
  )
  const gone = await newTicket()
  await world.makeVoid(gone)
  await expect(ticketing.reissue({ ticketId: gone, holderId: null, generation: 1 })).rejects.toEqual(
    refusal('void'),
  )
  const over = await newTicket()
  world.passHours(97)
  await expect(ticketing.reissue({ ticketId: over, holderId: null, generation: 1 })).rejects.toEqual(
    refusal('over'),
  )
})

test('a code that is newer than the database knows, as after a restored backup, holds', async () => {
  const ticketId = await newTicket()
  await ticketing.reissue({ ticketId, holderId: null, generation: 1 })
  const code = await ticketing.codeOf(ticketId)
  await world.pool.query('UPDATE ticket SET code_generation = 1 WHERE id = $1', [ticketId])
  expect(await standing(code)).toBe('current')
})

test('a genuine code of a ticket that this database has not is told apart', async () => {
  const ticketId = await newTicket()
  const payload = await payloadOf(await ticketing.codeOf(ticketId))
  expect(await ticketing.standingOf({ ...payload, ticketId: randomUUID() })).toBe('unknown')
  expect(await ticketing.standingOf({ ...payload, seatNo: 7 })).toBe('unknown')
  expect(await ticketing.standingOf({ ...payload, showId: 7_000 })).toBe('unknown')
})

test('more tickets at once than the bound are a fault of the caller', async () => {
  const few = world.open({ limits: { codesPerCallMax: 2 } })
  await expect(few.codesOf([randomUUID(), randomUUID(), randomUUID()])).rejects.toThrow(RangeError)
})
