/** Online nobody is let in twice with one ticket, whatever happens at the same moment, and every refusal says why. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AlreadyUsed, WrongGate } from '../../src/gate/index.ts'
import { KeyReused } from '../../src/seating/index.ts'
import { asUsual, type GateWorld, gateWorld, outcomeOf } from './gate-world.ts'

let world: GateWorld

beforeAll(async () => {
  world = await gateWorld()
})
afterAll(() => world.close())

const one = async (inHours = 1) => {
  const { showId, codes, ticketIds } = await world.showWithCodes(1, inHours)
  return { showId, code: codes[0] ?? '', ticketId: ticketIds[0] ?? '' }
}

describe('the first scan wins', () => {
  test('fifty gates scan one ticket at the same moment: one lets it in, the others say when and where', async () => {
    const { showId, code } = await one()
    const scans = await Promise.allSettled(
      Array.from({ length: 50 }, (_, at) =>
        world.scan(showId, code, { device: `phone-${at}`, gate: `Gate ${at}` }),
      ),
    )
    const winners = scans.flatMap((scan) => (scan.status === 'fulfilled' ? [scan.value] : []))
    expect(winners).toHaveLength(1)
    for (const scan of scans) {
      if (scan.status === 'fulfilled') continue
      expect(scan.reason).toBeInstanceOf(AlreadyUsed)
      expect(scan.reason).toMatchObject({
        gate: winners[0]?.gate,
        device: winners[0]?.device,
        scannedAt: winners[0]?.scannedAt,
      })
    }
    const { rows } = await world.pool.query('SELECT move FROM gate_scan WHERE show_id = $1', [showId])
    expect(rows).toEqual([{ move: 'in' }])
  })

  test('a gate that read before the other wrote cannot write the same turn', async () => {
    const { showId, code } = await one()
    await world.scan(showId, code)
    const { rowCount } = await world.pool.query(
      `INSERT INTO gate_scan SELECT ticket_id, turn, gen_random_uuid(), show_id, seat_no, generation, move, undoes, gate,
              device, 'another', scanned_at, received_at, offline, standing, "by" FROM gate_scan WHERE show_id = $1
       ON CONFLICT DO NOTHING`,
      [showId],
    )
    expect(rowCount).toBe(0)
  })

  test('ten tickets, each scanned by ten gates: ten enter', async () => {
    const { showId, codes } = await world.showWithCodes(10)
    const scans = await Promise.all(
      codes.flatMap((code) =>
        Array.from({ length: 10 }, (_, at) => outcomeOf(world.scan(showId, code, { device: `d${at}` }))),
      ),
    )
    expect(scans.filter((outcome) => outcome === 'let in')).toHaveLength(10)
    expect(scans.filter((outcome) => outcome === 'ALREADY_USED')).toHaveLength(90)
    expect(await world.gate.count(showId)).toEqual({ tickets: 10, entered: 10, inside: 10 })
  })

  test('a newer code of a ticket that entered does not enter', async () => {
    const { showId, code, ticketId } = await one()
    await world.scan(showId, code)
    await world.ticketing.reissue({ ticketId, holderId: null, generation: 1 })
    const newer = (await world.ticketing.codeOf(ticketId)) ?? ''
    expect(newer).not.toBe(code)
    expect(await outcomeOf(world.scan(showId, newer))).toBe('ALREADY_USED')
  })

  test('what happened is not rewritten', async () => {
    const { showId, code } = await one()
    await world.scan(showId, code)
    for (const attempt of [
      "UPDATE gate_scan SET gate = 'x'",
      'DELETE FROM gate_scan',
      'TRUNCATE gate_scan',
    ]) {
      await expect(world.pool.query(attempt)).rejects.toThrow(/only added/)
    }
  })
})

describe('a repeated nonce', () => {
  test('is the same answer, also while the first is under way', async () => {
    const { showId, code } = await one()
    const nonce = world.nonce()
    const answers = await Promise.all(Array.from({ length: 20 }, () => world.scan(showId, code, { nonce })))
    expect(new Set(answers.map(({ id, turn }) => `${id} ${turn}`)).size).toBe(1)
    expect(await world.scan(showId, code, { nonce })).toEqual(answers[0])
  })

  test('is the same answer after the gates have closed', async () => {
    const mine = await gateWorld()
    try {
      const { showId, codes } = await mine.showWithCodes()
      const nonce = mine.nonce()
      const first = await mine.scan(showId, codes[0] ?? '', { nonce })
      mine.passHours(30)
      expect(await mine.scan(showId, codes[0] ?? '', { nonce })).toEqual(first)
    } finally {
      await mine.close()
    }
  })

  test('of another device is another scan', async () => {
    const { showId, codes } = await world.showWithCodes(2)
    const nonce = world.nonce()
    await world.scan(showId, codes[0] ?? '', { nonce, device: 'one' })
    expect(await outcomeOf(world.scan(showId, codes[0] ?? '', { nonce, device: 'two' }))).toBe('ALREADY_USED')
    expect(await outcomeOf(world.scan(showId, codes[1] ?? '', { nonce, device: 'two' }))).toBe('let in')
  })

  test('with another ticket lets nobody in', async () => {
    const { showId, codes } = await world.showWithCodes(2)
    const nonce = world.nonce()
    await world.scan(showId, codes[0] ?? '', { nonce })
    await expect(world.scan(showId, codes[1] ?? '', { nonce })).rejects.toThrow(KeyReused)
    expect((await world.gate.count(showId)).entered).toBe(1)
  })

  test('of two tickets at the same moment lets one in', async () => {
    const { showId, codes } = await world.showWithCodes(2)
    const nonce = world.nonce()
    const outcomes = await Promise.all(codes.map((code) => outcomeOf(world.scan(showId, code, { nonce }))))
    expect(outcomes.sort()).toEqual(['KEY_REUSED', 'let in'])
  })
})

describe('it is refused', () => {
  test.each([
    ['what is no code', 'hello', 'NO_TICKET_CODE'],
    ['nothing', '', 'NO_TICKET_CODE'],
    ['another version', 'RL2:AAAA', 'NO_TICKET_CODE'],
    ['a card number', '4111 1111 1111 1111', 'NO_TICKET_CODE'],
    ['a code of another house', `RL1:${'A'.repeat(168)}`, 'UNKNOWN_KEY'],
  ])('%s', async (_what, code, expected) => {
    const { showId } = await one()
    expect(await outcomeOf(world.scan(showId, code))).toBe(expected)
  })

  test('a forged code, every letter of it in turn', async () => {
    const { showId, code } = await one()
    for (let at = 12; at < code.length; at += 13) {
      const letter = code[at] === 'A' ? 'B' : 'A'
      expect(await outcomeOf(world.scan(showId, code.slice(0, at) + letter + code.slice(at + 1)))).toBe(
        'FORGED_TICKET',
      )
    }
    expect((await world.gate.count(showId)).entered).toBe(0)
  })

  test('a ticket of another show, with what it is for', async () => {
    const [here, there] = [await one(), await one(30)]
    await expect(world.scan(here.showId, there.code)).rejects.toMatchObject({
      code: 'WRONG_SHOW',
      title: 'E',
    })
  })

  test('a void ticket', async () => {
    const { showId, code, ticketId } = await one()
    await world.makeVoid(ticketId)
    expect(await outcomeOf(world.scan(showId, code))).toBe('VOID_TICKET')
  })

  test('a code that was replaced', async () => {
    const { showId, code, ticketId } = await one()
    await world.ticketing.reissue({ ticketId, holderId: null, generation: 1 })
    expect(await outcomeOf(world.scan(showId, code))).toBe('REPLACED_CODE')
  })

  test('a genuine ticket that the database does not have', async () => {
    const { showId, code, ticketId } = await one()
    await world.pool.query('DELETE FROM ticket WHERE id = $1', [ticketId])
    expect(await outcomeOf(world.scan(showId, code))).toBe('UNKNOWN_TICKET')
  })

  test('a code of a revoked key', async () => {
    const mine = await gateWorld()
    try {
      const { showId, codes } = await mine.showWithCodes()
      const [key] = await mine.ticketing.listKeys()
      await mine.ticketing.revokeKey({ keyId: key?.keyId ?? '', because: 'a test' })
      expect(await outcomeOf(mine.scan(showId, codes[0] ?? ''))).toBe('REVOKED_KEY')
    } finally {
      await mine.close()
    }
  })

  test('before the gates open, after they close, and when the show is cancelled', async () => {
    const early = await one(5)
    await expect(world.scan(early.showId, early.code)).rejects.toMatchObject({
      code: 'TOO_EARLY',
      opensAt: new Date(world.clock.nowMs() + 3_600_000),
    })
    await world.gate.planGates(early.showId, { ...asUsual, opensBeforeMinutes: 300 })
    expect(await outcomeOf(world.scan(early.showId, early.code))).toBe('let in')
    const over = await one(-13)
    expect(await outcomeOf(world.scan(over.showId, over.code))).toBe('SHOW_OVER')
    const cancelled = await one()
    await world.pool.query(
      `INSERT INTO show_ledger (show_id, seat_count, seats_per_buyer_max, status) VALUES ($1, 1, 1, 'cancelled')`,
      [cancelled.showId],
    )
    expect(await outcomeOf(world.scan(cancelled.showId, cancelled.code))).toBe('SHOW_IS_CANCELLED')
  })

  test('at a show that there is not', async () => {
    const { code } = await one()
    expect(await outcomeOf(world.scan(999_999, code))).toBe('SHOW_NOT_FOUND')
  })

  test('names that are none, and clocks that are off', async () => {
    const { showId, code } = await one()
    for (const bad of [
      { gate: '' },
      { gate: ' North' },
      { gate: 'x'.repeat(41) },
      { gate: 'a\nb' },
      { device: 'a b' },
      { nonce: 'short' },
      { nonce: 'é'.repeat(10) },
    ]) {
      expect(await outcomeOf(world.scan(showId, code, bad))).toBe('BAD_SCAN_INPUT')
    }
    for (const offMs of [-121_000, 121_000, Number.NaN]) {
      const scannedAt = new Date(world.clock.nowMs() + offMs)
      expect(await outcomeOf(world.scan(showId, code, { scannedAt }))).toBe('CLOCK_WRONG')
    }
    expect(await outcomeOf(world.scan(showId, code, { gate: 'Tor Süd 2' }))).toBe('let in')
  })
})

describe('gates that are listed', () => {
  test('let in the zones they are for; another gate is told, and one that is not listed too', async () => {
    const { showId, codes } = await world.showWithCodes(4)
    await world.hall(showId)
    const gates = [
      { name: 'North', zones: ['stalls'] },
      { name: 'South', zones: ['balcony'] },
      { name: 'Stage door', zones: [] },
    ]
    await world.gate.planGates(showId, { ...asUsual, gates })
    const [stalls = '', , balcony = ''] = codes
    expect(await outcomeOf(world.scan(showId, stalls, { gate: 'West' }))).toBe('GATE_NOT_LISTED')
    const wrong = await world.scan(showId, balcony, { gate: 'North' }).catch((error: unknown) => error)
    expect(wrong).toBeInstanceOf(WrongGate)
    expect(wrong).toMatchObject({ gates: ['South', 'Stage door'] })
    expect(await outcomeOf(world.scan(showId, stalls, { gate: 'North' }))).toBe('let in')
    expect(await outcomeOf(world.scan(showId, balcony, { gate: 'Stage door' }))).toBe('let in')
  })

  test('a plan for gates that cannot be meant is refused whole', async () => {
    const { showId } = await world.showWithCodes()
    await world.hall(showId)
    for (const bad of [
      { gates: [{ name: 'North', zones: ['cellar'] }] },
      {
        gates: [
          { name: 'North', zones: [] },
          { name: 'North', zones: [] },
        ],
      },
      { gates: Array.from({ length: 51 }, (_, at) => ({ name: `G${at}`, zones: [] })) },
      { opensBeforeMinutes: -1 },
      { closesAfterMinutes: 1e9 },
      { opensBeforeMinutes: 1.5 },
    ]) {
      await expect(world.gate.planGates(showId, { ...asUsual, ...bad })).rejects.toMatchObject({
        code: 'BAD_GATE_PLAN',
      })
    }
    expect((await world.gate.findShow(showId))?.policy).toEqual(asUsual)
  })
})

describe('re-entry', () => {
  test('is off unless the show says so: nobody is scanned out, and nobody comes in again', async () => {
    const { showId, code } = await one()
    await world.scan(showId, code)
    expect(await outcomeOf(world.scan(showId, code, { move: 'out' }))).toBe('NO_RE_ENTRY')
    expect(await outcomeOf(world.scan(showId, code))).toBe('ALREADY_USED')
  })

  test('where it is on: in, out, in; never in twice nor out twice, however many try at once', async () => {
    const { showId, code } = await one()
    await world.gate.planGates(showId, { ...asUsual, reEntry: true })
    for (const move of ['in', 'out', 'in', 'out'] as const) {
      const outcomes = await Promise.all(
        Array.from({ length: 8 }, () => outcomeOf(world.scan(showId, code, { move }))),
      )
      const refused = move === 'in' ? 'ALREADY_USED' : 'NOT_INSIDE'
      expect(outcomes.sort()).toEqual([...Array(7).fill(refused), 'let in'].sort())
    }
    expect(await world.gate.count(showId)).toMatchObject({ entered: 1, inside: 0 })
    expect(await world.conflicts(showId)).toEqual([])
  })
})

describe('undone', () => {
  test('a scan no longer counts, a repeat is harmless, and its nonce lets nobody in again', async () => {
    const { showId, code } = await one()
    const nonce = world.nonce()
    const { id } = await world.scan(showId, code, { nonce })
    const undo = () => world.gate.undoScan({ scanId: id, device: 'phone-a', by: 'ada', anyTime: false })
    await Promise.all([undo(), undo(), undo()])
    await undo()
    expect(await world.gate.count(showId)).toMatchObject({ entered: 0, inside: 0 })
    expect(await outcomeOf(world.scan(showId, code, { nonce }))).toBe('KEY_REUSED')
    expect(await outcomeOf(world.scan(showId, code))).toBe('let in')
    expect(await outcomeOf(world.scan(showId, code))).toBe('ALREADY_USED')
  })

  test('only the last scan of a ticket, by the gate for a quarter of an hour, by the house always', async () => {
    const mine = await gateWorld()
    try {
      const { showId, codes } = await mine.showWithCodes()
      await mine.gate.planGates(showId, { ...asUsual, reEntry: true })
      const first = await mine.scan(showId, codes[0] ?? '')
      const second = await mine.scan(showId, codes[0] ?? '', { move: 'out' })
      const undo = (scanId: string, anyTime = false) =>
        outcomeOf(mine.gate.undoScan({ scanId, device: 'phone-a', by: 'ada', anyTime }))
      expect(await undo(first.id)).toBe('SCAN_NOT_UNDONE')
      expect(await undo(first.id.replace(/^./, '0'))).toBe('SCAN_NOT_FOUND')
      mine.passHours(0.5)
      expect(await undo(second.id)).toBe('SCAN_NOT_UNDONE')
      expect(await undo(second.id, true)).toBe('let in')
      expect(await mine.gate.count(showId)).toMatchObject({ inside: 1 })
    } finally {
      await mine.close()
    }
  })

  test('undoing and scanning at the same moment come one after the other', async () => {
    const { showId, codes } = await world.showWithCodes(20)
    for (const code of codes) {
      const { id } = await world.scan(showId, code)
      const [, again] = await Promise.all([
        world.gate.undoScan({ scanId: id, device: 'phone-a', by: 'ada', anyTime: false }),
        outcomeOf(world.scan(showId, code, { device: 'phone-b' })),
      ])
      expect(['let in', 'ALREADY_USED']).toContain(again)
    }
    expect(await world.conflicts(showId)).toEqual([])
  })
})
