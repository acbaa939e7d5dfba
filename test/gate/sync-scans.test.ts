/** Gates without network: every duplicate is found when they come back, in whatever order and however often they do. */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { OfflineScan } from '../../src/gate/sync-scans.ts'
import { asUsual, type GateWorld, gateWorld, outcomeOf } from './gate-world.ts'

let world: GateWorld

beforeAll(async () => {
  world = await gateWorld()
})
afterAll(() => world.close())

/** What the organiser is told, without what differs from show to show. */
async function told(showId: number, ticketIds: readonly string[]) {
  const conflicts = await world.conflicts(showId)
  const scan = (one: { device: string; nonce: string } | null) => one && `${one.device} ${one.nonce}`
  return {
    counts: await world.gate.count(showId),
    conflicts: conflicts
      .map(({ ticketId, entry, scans }) => ({
        ticket: ticketIds.indexOf(ticketId),
        entry: scan(entry),
        scans: scans.map((one) => `${one.kind} ${scan(one.scan)}`),
      }))
      .sort((one, other) => one.ticket - other.ticket),
  }
}

describe('a sync', () => {
  test('tells of each scan whether it counts, and of a duplicate where the first was', async () => {
    const { showId, codes } = await world.showWithCodes(2)
    const [first = '', second = ''] = codes
    const early = world.offline(first, 30, { gate: 'South' })
    await world.sync(showId, 'south', [early])
    const answers = await world.sync(showId, 'north', [world.offline(first, 20), world.offline(second, 10)])
    expect(answers).toMatchObject([
      {
        outcome: 'duplicate',
        standing: 'current',
        entry: { gate: 'South', device: 'south', scannedAt: early.scannedAt },
      },
      { outcome: 'counts', standing: 'current', entry: null },
    ])
  })

  test('that arrives late changes the winner, and both are told', async () => {
    const { showId, codes, ticketIds } = await world.showWithCodes()
    const late = world.offline(codes[0] ?? '', 30)
    const online = await world.scan(showId, codes[0] ?? '')
    expect(await world.conflicts(showId)).toEqual([])
    expect(await world.sync(showId, 'south', [late])).toMatchObject([{ outcome: 'counts' }])
    expect(await world.conflicts(showId)).toMatchObject([
      { ticketId: ticketIds[0], entry: { nonce: late.nonce }, scans: [{ kind: 'duplicate', scan: online }] },
    ])
  })

  test('stops the ticket from being used online', async () => {
    const { showId, codes } = await world.showWithCodes()
    await world.sync(showId, 'south', [world.offline(codes[0] ?? '', 5)])
    expect(await outcomeOf(world.scan(showId, codes[0] ?? ''))).toBe('ALREADY_USED')
  })

  test('of a scan that was sent online too, without an answer, is the same scan', async () => {
    const { showId, codes } = await world.showWithCodes()
    const scan = world.offline(codes[0] ?? '', 1)
    const { nonce, scannedAt } = scan
    await world.scan(showId, codes[0] ?? '', { nonce, scannedAt, device: 'south' })
    expect(await world.sync(showId, 'south', [scan])).toMatchObject([{ outcome: 'counts' }])
    expect(await world.conflicts(showId)).toEqual([])
  })

  test('of a scan that was undone on the device counts nobody in, before and after it was known', async () => {
    const { showId, codes } = await world.showWithCodes(2)
    const [one = '', other = ''] = codes
    const known = world.offline(one, 10)
    await world.sync(showId, 'south', [known])
    const answers = await world.sync(showId, 'south', [
      { ...known, undone: true },
      world.offline(other, 5, { undone: true }),
    ])
    expect(answers).toMatchObject([{ outcome: 'undone' }, { outcome: 'undone' }])
    expect(await world.gate.count(showId)).toMatchObject({ entered: 0, inside: 0 })
    expect(await outcomeOf(world.scan(showId, one))).toBe('let in')
    expect(await outcomeOf(world.scan(showId, other))).toBe('let in')
    expect(await world.conflicts(showId)).toEqual([])
  })

  test('keeps nothing that proves no ticket of the show', async () => {
    const { showId, codes } = await world.showWithCodes(2)
    const other = await world.showWithCodes()
    const [code = '', second = ''] = codes
    const forged = code.slice(0, 40) + (code[40] === 'A' ? 'B' : 'A') + code.slice(41)
    const known = world.offline(code, 9)
    await world.sync(showId, 'south', [known])
    const answers = await world.sync(showId, 'south', [
      world.offline(forged, 5),
      world.offline('hello', 5),
      world.offline(`RL1:${'A'.repeat(168)}`, 5),
      world.offline(other.codes[0] ?? '', 5),
      world.offline(second, -1),
      { ...known, code: second },
    ])
    const refused = ['forged', 'no_ticket_code', 'unknown_key', 'wrong_show', 'bad_time', 'key_reused']
    expect(answers.map(({ outcome }) => outcome)).toEqual(refused)
    expect(await world.gate.count(showId)).toMatchObject({ entered: 1 })
    expect(await world.gate.count(other.showId)).toMatchObject({ entered: 0 })
  })

  test('that takes back a nonce of another ticket takes back neither', async () => {
    const { showId, codes } = await world.showWithCodes(2)
    const [code = '', second = ''] = codes
    const known = world.offline(code, 9)
    await world.sync(showId, 'south', [known])
    const answers = await world.sync(showId, 'south', [{ ...known, code: second, undone: true }])
    expect(answers).toMatchObject([{ outcome: 'key_reused' }])
    expect(await world.gate.count(showId)).toMatchObject({ entered: 1, inside: 1 })
    expect(await outcomeOf(world.scan(showId, code))).toBe('ALREADY_USED')
    expect(await world.sync(showId, 'south', [{ ...known, undone: true }])).toMatchObject([
      { outcome: 'undone' },
    ])
    const { id } = await world.scan(showId, second)
    await expect(
      world.pool.query(
        `INSERT INTO gate_scan SELECT gen_random_uuid(), 1, gen_random_uuid(), show_id, seat_no, generation, 'undo', id,
                gate, device, 'x', scanned_at, received_at, offline, standing, "by" FROM gate_scan WHERE id = $1`,
        [id],
      ),
    ).rejects.toThrow(/gate_scan_undoes_fkey/)
  })

  test('of tickets that did not hold is kept and told: void, replaced, unknown', async () => {
    const { showId, codes, ticketIds } = await world.showWithCodes(3)
    const [gone = '', replaced = '', unknown = ''] = ticketIds
    await world.makeVoid(gone)
    await world.ticketing.reissue({ ticketId: replaced, holderId: null, generation: 1 })
    await world.pool.query('DELETE FROM ticket WHERE id = $1', [unknown])
    const answers = await world.sync(
      showId,
      'south',
      codes.map((code, at) => world.offline(code, 10 - at)),
    )
    expect(answers.map(({ standing }) => standing)).toEqual(['void', 'replaced', 'unknown'])
    const { conflicts } = await told(showId, ticketIds)
    expect(conflicts.map(({ scans }) => scans[0]?.split(' ')[0])).toEqual(['void', 'replaced', 'unknown'])
  })

  test('from a device whose clock is off is refused whole and loses nothing', async () => {
    const { showId, codes } = await world.showWithCodes()
    const scans = [world.offline(codes[0] ?? '', 10)]
    for (const offMs of [-121_000, 121_000]) {
      const sentAt = new Date(world.clock.nowMs() + offMs)
      await expect(
        world.gate.syncScans({ showId, device: 'south', sentAt, scans, by: 'ada' }),
      ).rejects.toMatchObject({ code: 'CLOCK_WRONG', serverTime: world.clock.now() })
    }
    expect(await world.sync(showId, 'south', scans)).toMatchObject([{ outcome: 'counts' }])
  })

  test('with too many scans, a nonce twice, or names that are none is refused whole', async () => {
    const { showId, codes } = await world.showWithCodes()
    const code = codes[0] ?? ''
    const scan = world.offline(code, 1)
    for (const scans of [
      Array.from({ length: 201 }, () => world.offline(code, 1)),
      [scan, scan],
      [world.offline(code, 1, { nonce: '' })],
      [world.offline(code, 1, { gate: '\u0000' })],
    ]) {
      await expect(world.sync(showId, 'south', scans)).rejects.toMatchObject({ code: 'BAD_SCAN_INPUT' })
    }
    await expect(world.sync(showId, 'no such device', [scan])).rejects.toMatchObject({
      code: 'BAD_SCAN_INPUT',
    })
    expect(await world.sync(showId, 'south', [])).toEqual([])
    expect(await world.gate.count(showId)).toMatchObject({ entered: 0 })
  })

  test('of exits where one may come in again: an exit that nobody entered for is told', async () => {
    const { showId, codes, ticketIds } = await world.showWithCodes(2)
    await world.gate.planGates(showId, { ...asUsual, reEntry: true })
    const [one = '', other = ''] = codes
    await world.sync(showId, 'a', [world.offline(one, 30), world.offline(one, 10)])
    await world.sync(showId, 'b', [
      world.offline(one, 20, { move: 'out' }),
      world.offline(other, 5, { move: 'out' }),
    ])
    const { conflicts, counts } = await told(showId, ticketIds)
    expect(counts).toMatchObject({ entered: 1, inside: 1 })
    expect(conflicts).toMatchObject([{ ticket: 1, entry: null }])
    expect(conflicts[0]?.scans[0]).toMatch(/^exit_without_entry b/)
  })
})

describe('the order of arrival', () => {
  /** One thing that a device did: which ticket it scanned, which way, and when. */
  const action = fc.record({
    ticket: fc.nat({ max: 3 }),
    device: fc.constantFrom('a', 'b', 'c'),
    minutesAgo: fc.nat({ max: 5 }),
    move: fc.constantFrom('in' as const, 'in' as const, 'out' as const),
    undone: fc.boolean(),
  })

  test('makes no difference: any scans, in any order, in any batches, sent twice', {
    timeout: 120_000,
  }, async () => {
    const runs = fc.asyncProperty(
      fc.array(action, { minLength: 2, maxLength: 12 }),
      fc.boolean(),
      fc.infiniteStream(fc.nat()),
      async (actions, reEntry, chance) => {
        const results = []
        for (const order of ['as they were made', 'shuffled', 'shuffled again']) {
          const { showId, codes, ticketIds } = await world.showWithCodes(4)
          await world.gate.planGates(showId, { ...asUsual, reEntry })
          const scans = actions.map(({ ticket, device, minutesAgo, move, undone }, at) => ({
            device,
            scan: world.offline(codes[ticket] ?? '', minutesAgo, { nonce: `nonce-00${at}`, move, undone }),
          }))
          const next = (below: number) => Number(chance.next().value) % below
          if (order !== 'as they were made') shuffle(scans, next)
          const twice = order === 'shuffled again' ? [...scans, ...scans] : scans
          for (const batch of batches(twice, next)) await syncEach(showId, batch)
          results.push(await told(showId, ticketIds))
        }
        expect(results[1]).toEqual(results[0])
        expect(results[2]).toEqual(results[0])
      },
    )
    await fc.assert(runs, { numRuns: 40 })
  })

  test('ten devices that sync the same tickets at the same moment: nothing is lost, nothing waits for ever', async () => {
    const { showId, codes } = await world.showWithCodes(50)
    const devices = Array.from({ length: 10 }, (_, at) => `device-${at}`)
    await Promise.all(
      devices.map((device, at) => {
        const scans = codes.map((code) => world.offline(code, 20 + at))
        return world.sync(showId, device, at % 2 === 0 ? scans : scans.reverse())
      }),
    )
    const conflicts = await world.conflicts(showId)
    expect(conflicts).toHaveLength(50)
    for (const { entry, scans } of conflicts) {
      expect(entry?.device).toBe('device-9')
      expect(scans).toHaveLength(9)
    }
  })

  function shuffle(items: unknown[], next: (below: number) => number): void {
    for (let at = items.length - 1; at > 0; at--) {
      const with_ = next(at + 1)
      ;[items[at], items[with_]] = [items[with_], items[at]]
    }
  }

  function batches<Item>(items: readonly Item[], next: (below: number) => number): Item[][] {
    const made: Item[][] = []
    for (let at = 0; at < items.length; ) {
      const size = 1 + next(4)
      made.push(items.slice(at, at + size))
      at += size
    }
    return made
  }

  async function syncEach(showId: number, batch: readonly { device: string; scan: OfflineScan }[]) {
    for (const [device, own] of Map.groupBy(batch, (one) => one.device)) {
      const once = new Map(own.map(({ scan }) => [scan.nonce, scan]))
      await world.sync(showId, device, [...once.values()])
    }
  }
})
