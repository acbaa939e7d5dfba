/** What an operator does at the command line about gates. */
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { BadUsage } from '../../scripts/rowlock/command.ts'
import { gateAttackCommand } from '../../scripts/rowlock/gate-attack.ts'
import { gateCommands } from '../../scripts/rowlock/gate-show.ts'
import type { Instance } from '../../scripts/rowlock/instance.ts'
import { readBundle } from '../../src/gate/bundle-format.ts'
import { checkingKey, readGateKey } from '../../src/ticket/index.ts'
import { plainSealer } from '../ticket/ticket-names.ts'
import { type GateWorld, gateWorld } from './gate-world.ts'

let world: GateWorld
let folder: string

beforeAll(async () => {
  world = await gateWorld()
  folder = mkdtempSync(join(tmpdir(), 'rowlock-gate-command-'))
})
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  await world.close()
})

async function run(...words: string[]): Promise<string> {
  const said: string[] = []
  const log = vi.spyOn(console, 'log').mockImplementation((line: string) => void said.push(line))
  const commands = [...gateCommands(() => plainSealer), gateAttackCommand]
  const command = commands.find(({ name }) => name === words.slice(0, 2).join(' '))
  const instance = { postgres: async () => world, env: () => ({}) } as unknown as Instance
  try {
    expect(await command?.run(words.slice(2), instance)).toBe(0)
  } finally {
    log.mockRestore()
  }
  return said.join('\n')
}

async function keyOf(showId: number): Promise<string> {
  const { rows } = await world.pool.query<{ key: string }>('SELECT key FROM show WHERE id = $1', [showId])
  return rows[0]?.key ?? ''
}

test('conflicts are listed with both scans, and who came is counted', async () => {
  const { showId, codes, ticketIds } = await world.showWithCodes(3)
  await world.scan(showId, codes[0] ?? '', { gate: 'South' })
  await world.sync(showId, 'offline', [world.offline(codes[0] ?? '', 5), world.offline(codes[1] ?? '', 5)])
  const said = await run('gate', 'conflicts', await keyOf(showId))
  expect(said).toContain(`ticket ${ticketIds[0]}, seat_no 0, in since`)
  expect(said).toMatch(/at North by offline\n {2}duplicate: .* at South by phone-a/)
  expect(said).toContain('1 conflicts; 2 of 3 tickets were let in.')
  await expect(run('gate', 'conflicts', 'no-such-show')).rejects.toThrow(BadUsage)
})

test('the bundle is written for nobody else to read', async () => {
  const { showId } = await world.showWithCodes()
  const out = join(folder, 'bundle')
  await run('gate', 'bundle', await keyOf(showId), '--out', out)
  expect(statSync(out).mode & 0o777).toBe(0o600)
  const [key] = await world.ticketing.gateKeys()
  if (key?.state !== 'active') throw new Error('There is an active key')
  const read = await readBundle(readFileSync(out), [checkingKey(readGateKey(key.key))], 1_000_000)
  expect(read.show.id).toBe(showId)
})

test('an attack of ten thousand forgeries gets nothing accepted, and says how many there were', async () => {
  const said = await run('gate', 'attack', '--forgeries', '10000')
  expect(said).toMatch(/forgeries accepted +0 codes +kept/)
  expect(said).toMatch(/answered forged +\d{4} codes/)
  await expect(run('gate', 'attack', '--forgeries', 'many')).rejects.toThrow(BadUsage)
})
