import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  checkingKey,
  type GateKey,
  KeyNotMoved,
  readGateKey,
  type Ticketing,
  verifyCode,
} from '../../src/ticket/index.ts'
import { plainSealer } from './ticket-names.ts'
import { first, type TicketWorld, ticketWorld } from './ticket-world.ts'

let world: TicketWorld
let ticketing: Ticketing

beforeEach(async () => {
  world = await ticketWorld()
  ticketing = world.open()
})
afterEach(() => world.close())

const newTicket = async (hours = 24) => first(await world.tickets(await world.show(hours)))
const codeOf = async (ticketId: string) => (await ticketing.codeOf(ticketId)) ?? ''
const outcomeOf = async (code: string) => (await ticketing.verify(code)).outcome
const stateOf = async (keyId: string) =>
  (await ticketing.listKeys()).find((key) => key.keyId === keyId)?.state ?? 'missing'

test('rotated: shown codes stay as they are and valid, new tickets get the new key', async () => {
  const [shown, fresh] = [await newTicket(), await newTicket()]
  const code = await codeOf(shown)
  const { activeKeyId, verifyOnlyKeyId } = await ticketing.rotateKeys()
  expect(await codeOf(shown)).toBe(code)
  expect(await ticketing.verify(code)).toMatchObject({ outcome: 'valid', keyId: verifyOnlyKeyId })
  expect(await ticketing.verify(await codeOf(fresh))).toMatchObject({ outcome: 'valid', keyId: activeKeyId })
  expect(await stateOf(verifyOnlyKeyId ?? '')).toBe('verify_only')
})

test('a code that is replaced after a rotation is of the new key', async () => {
  const ticketId = await newTicket()
  await codeOf(ticketId)
  const { activeKeyId } = await ticketing.rotateKeys()
  await ticketing.reissue({ ticketId, holderId: null, generation: 1 })
  expect(await ticketing.verify(await codeOf(ticketId))).toMatchObject({ keyId: activeKeyId })
})

test('an old key vouches until the last show of its tickets is over, and is then erased', async () => {
  const [soon, late] = [await newTicket(24), await newTicket(240)]
  const code = await codeOf(late)
  await codeOf(soon)
  const { verifyOnlyKeyId } = await ticketing.rotateKeys()
  world.passHours(240 + 71)
  expect(await ticketing.expireKeys()).toEqual([])
  expect(await outcomeOf(code)).toBe('valid')
  world.passHours(2)
  expect((await ticketing.rotateKeys()).expiredKeyIds).toEqual([verifyOnlyKeyId])
  expect(await outcomeOf(code)).toBe('revoked_key')
  const { rows } = await world.pool.query(
    'SELECT sealed_signing, sealed_checking FROM ticket_key WHERE id = $1',
    [verifyOnlyKeyId],
  )
  expect(rows).toEqual([{ sealed_signing: null, sealed_checking: null }])
})

test('the active key never expires, however long nothing is sold', async () => {
  await codeOf(await newTicket())
  world.passHours(10_000)
  expect(await ticketing.expireKeys()).toEqual([])
})

test('a revoked key is refused at once by every process, also by one that has used it', async () => {
  const other = world.open()
  const ticketId = await newTicket()
  const code = await codeOf(ticketId)
  const used = await other.verify(code)
  expect(used.outcome).toBe('valid')
  const keyId = first(await ticketing.listKeys()).keyId
  const { activeKeyId, ticketsWithoutCode } = await ticketing.revokeKey({ keyId, because: 'a test' })
  expect(ticketsWithoutCode).toBe(1)
  expect(activeKeyId).not.toBe(keyId)
  expect(await other.verify(code)).toEqual({ outcome: 'revoked_key', keyId })
})

test('a ticket whose key was revoked gets a new code of a new generation when it is next shown', async () => {
  const ticketId = await newTicket()
  const old = await codeOf(ticketId)
  const keyId = first(await ticketing.listKeys()).keyId
  await ticketing.revokeKey({ keyId, because: 'a test' })
  const shown = await Promise.all(Array.from({ length: 8 }, () => codeOf(ticketId)))
  expect(new Set(shown).size).toBe(1)
  expect(shown).not.toContain(old)
  expect(await ticketing.verify(first(shown))).toMatchObject({
    outcome: 'valid',
    payload: { ticketId, generation: 2 },
  })
})

test('revoking a verify-only key leaves the active one alone', async () => {
  await codeOf(await newTicket())
  const { activeKeyId, verifyOnlyKeyId } = await ticketing.rotateKeys()
  expect(await ticketing.revokeKey({ keyId: verifyOnlyKeyId ?? '', because: 'a test' })).toMatchObject({
    activeKeyId,
  })
})

test('a revoked key is not revoked twice and no key is invented', async () => {
  await codeOf(await newTicket())
  const keyId = first(await ticketing.listKeys()).keyId
  await ticketing.revokeKey({ keyId, because: 'a test' })
  for (const none of [keyId, 'deadbeef', '']) {
    await expect(ticketing.revokeKey({ keyId: none, because: 'again' })).rejects.toThrow(KeyNotMoved)
  }
})

test('no state written into the row brings a revoked key back', async () => {
  await codeOf(await newTicket())
  const keyId = first(await ticketing.listKeys()).keyId
  await ticketing.revokeKey({ keyId, because: 'a test' })
  await expect(
    world.pool.query(`UPDATE ticket_key SET state = 'verify_only' WHERE id = $1`, [keyId]),
  ).rejects.toThrow(/ticket_key_secrets/)
})

test('ten rotations and first codes at once leave one active key, and every code is valid', async () => {
  const ids = await world.tickets(await world.show(), { count: 30 })
  const processes = Array.from({ length: 10 }, () => world.open())
  const shown = await Promise.all(
    processes.map(async (process, at) => {
      await process.rotateKeys()
      return process.codesOf(ids.slice(3 * at, 3 * at + 3))
    }),
  )
  for (const code of shown.flatMap((codes) => [...codes.values()]))
    expect(await outcomeOf(code)).toBe('valid')
  const keys = await ticketing.listKeys()
  expect(keys.filter(({ state }) => state === 'active')).toHaveLength(1)
})

test('a code shown while keys are revoked all the time is of a key that lives', async () => {
  const ids = await world.tickets(await world.show(), { count: 50 })
  const revoking = (async () => {
    for (let rounds = 0; rounds < 5; rounds++) {
      const active = (await ticketing.listKeys()).find(({ state }) => state === 'active')
      if (active) await ticketing.revokeKey({ keyId: active.keyId, because: 'a test' })
    }
  })()
  await Promise.all([revoking, ...ids.map((ticketId) => ticketing.codeOf(ticketId))])
  for (const code of (await ticketing.codesOf(ids)).values()) expect(await outcomeOf(code)).toBe('valid')
})

test('gates that hold as many keys as they can make rotation wait for shows to be over', async () => {
  const few = world.open({ limits: { liveKeysMax: 2 } })
  for (const hours of [24, 24]) {
    await few.codeOf(await newTicket(hours))
    if ((await few.listKeys()).length < 2) await few.rotateKeys()
  }
  await expect(few.rotateKeys()).rejects.toThrow(KeyNotMoved)
})

test('with what a gate is given it checks codes without asking anyone, and can make none', async () => {
  const code = await codeOf(await newTicket())
  await ticketing.rotateKeys()
  const held = await ticketing.gateKeys()
  expect(held.map(({ state }) => state)).toEqual(['active', 'verify_only'])
  const standingOf = standingFrom(held)
  expect(verifyCode(code, standingOf)).toEqual(await ticketing.verify(code))
  const { rows } = await world.pool.query('SELECT sealed_signing FROM ticket_key')
  const seeds = rows.map(({ sealed_signing }) => JSON.parse(sealed_signing).plain as string)
  for (const seed of seeds) expect(JSON.stringify(held)).not.toContain(seed)
})

test('a gate learns of revoked keys', async () => {
  const code = await codeOf(await newTicket())
  const keyId = first(await ticketing.listKeys()).keyId
  await ticketing.revokeKey({ keyId, because: 'a test' })
  expect(verifyCode(code, standingFrom(await ticketing.gateKeys()))).toEqual({
    outcome: 'revoked_key',
    keyId,
  })
})

test('keys rest sealed, each half for its key and its use', async () => {
  await codeOf(await newTicket())
  const { rows } = await world.pool.query('SELECT id, sealed_signing, sealed_checking FROM ticket_key')
  const [{ id, sealed_signing, sealed_checking }] = rows
  expect(JSON.parse(sealed_signing).context).toBe(`ticket-key:${id}:signing`)
  expect(JSON.parse(sealed_checking).context).toBe(`ticket-key:${id}:checking`)
})

test('who writes to the database but cannot seal cannot pass a key off as another', async () => {
  const code = await codeOf(await newTicket())
  await ticketing.rotateKeys()
  await codeOf(await newTicket())
  await world.pool.query(
    `UPDATE ticket_key k SET sealed_checking = o.sealed_checking FROM ticket_key o WHERE o.id <> k.id`,
  )
  await expect(world.open().verify(code)).rejects.toThrow(/Sealed for/)
  // Sealed for the right row, but the key inside has another fingerprint.
  const { rows } = await world.pool.query('SELECT id, sealed_checking FROM ticket_key')
  for (const { id, sealed_checking } of rows) {
    const { plain } = JSON.parse(sealed_checking) as { plain: string }
    await world.pool.query('UPDATE ticket_key SET sealed_checking = $2 WHERE id = $1', [
      ...[id, plainSealer.seal(plain, `ticket-key:${id}:checking`)],
    ])
  }
  await expect(world.open().verify(code)).rejects.toThrow(/holds key/)
})

function standingFrom(keys: GateKey[]): Parameters<typeof verifyCode>[1] {
  return (keyId) => {
    const held = keys.find((key) => key.keyId === keyId)
    if (!held) return { state: 'unknown' }
    if (held.state === 'revoked') return { state: 'revoked' }
    return { state: held.state, key: checkingKey(readGateKey(held.key)) }
  }
}
