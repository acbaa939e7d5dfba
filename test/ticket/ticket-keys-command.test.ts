import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { BadUsage } from '../../scripts/rowlock/command.ts'
import type { Instance } from '../../scripts/rowlock/instance.ts'
import { ticketKeysCommands } from '../../scripts/rowlock/ticket-keys.ts'
import { systemClock } from '../../src/platform/clock.ts'
import { KeyNotMoved, type Ticketing } from '../../src/ticket/index.ts'
import { plainSealer } from './ticket-names.ts'
import { first, type TicketWorld, ticketWorld } from './ticket-world.ts'

let world: TicketWorld
let ticketing: Ticketing
let said: string[]

beforeEach(async () => {
  world = await ticketWorld()
  ticketing = world.open({ clock: systemClock })
  said = []
  vi.spyOn(console, 'log').mockImplementation((line: string) => void said.push(line))
})
afterEach(async () => {
  vi.restoreAllMocks()
  await world.close()
})

async function run(...words: string[]): Promise<string> {
  const command = ticketKeysCommands(() => plainSealer).find(
    ({ name }) => name === words.slice(0, 2).join(' '),
  )
  if (!command) throw new Error(`There is no command ${words.join(' ')}`)
  said = []
  const instance: Pick<Instance, 'postgres' | 'env'> = { postgres: async () => world, env: () => ({}) }
  expect(await command.run(words.slice(2), instance as Instance)).toBe(0)
  return said.join('\n')
}

test('an operator rotates, sees the keys, and revokes one', async () => {
  expect(await run('ticket-keys', 'list')).toMatch(/no key yet/)
  await run('ticket-keys', 'rotate')
  const old = first(await ticketing.listKeys()).keyId
  const showId = await world.show(1_000_000)
  const code = (await ticketing.codeOf(first(await world.tickets(showId)))) ?? ''
  expect(await run('ticket-keys', 'rotate')).toContain(`${old} makes no codes for new tickets`)
  expect(await run('ticket-keys', 'list')).toMatch(
    new RegExp(`${old} {2}verify-only .* 1 tickets, the last show on`),
  )
  expect(await run('ticket-keys', 'expire')).toBe('No key is due.')
  expect((await ticketing.verify(code)).outcome).toBe('valid')
  expect(await run('ticket-keys', 'revoke', old, '--because', 'lost')).toMatch(/1 tickets get a new code/)
  expect((await ticketing.verify(code)).outcome).toBe('revoked_key')
  expect(await run('ticket-keys', 'list')).toContain('(lost)')
})

test('a key that nobody used is erased when it is due', async () => {
  await run('ticket-keys', 'rotate')
  const unused = first(await ticketing.listKeys()).keyId
  await run('ticket-keys', 'rotate')
  expect(await run('ticket-keys', 'expire')).toBe(`Erased: ${unused}.`)
})

test('a revocation says why, names one key, and names one that there is', async () => {
  await expect(run('ticket-keys', 'revoke', '12345678')).rejects.toThrow(BadUsage)
  await expect(run('ticket-keys', 'revoke', '--because', 'lost')).rejects.toThrow(BadUsage)
  await expect(run('ticket-keys', 'revoke', '12345678', '--because', 'lost')).rejects.toThrow(KeyNotMoved)
  await expect(run('ticket-keys', 'rotate', 'now')).rejects.toThrow(BadUsage)
})
