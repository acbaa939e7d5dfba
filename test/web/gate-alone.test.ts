/** The page at the gate decides alone as the server would, from the same bundle and the same codes. */
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Scan } from '../../src/gate/follow-scans.ts'
import { decideAlone } from '../../web/src/pages/gate/decide-alone.ts'
import { BadBundle, type OpenBundle, openBundle } from '../../web/src/pages/gate/open-bundle.ts'
import { openCode, openKeys } from '../../web/src/pages/gate/open-code.ts'
import { asUsual, type GateWorld, gateWorld, outcomeOf } from '../gate/gate-world.ts'

interface Vectors {
  keys: { keyId: string; state: 'active' | 'verify_only' | 'revoked'; gateText: string }[]
  valid: { code: string; ticketId: string; showId: number; seatNo: number; generation: number }[]
  refused: { what: string; outcome: string; code: string }[]
}

const page = readFileSync('docs/ticket-format.md', 'utf8')
const vectors = JSON.parse(/```json\n([\s\S]*?)\n```/.exec(page)?.[1] ?? '') as Vectors
const keys = await openKeys(
  vectors.keys.map(({ keyId, state, gateText }) =>
    state === 'revoked' ? { keyId, state } : { keyId, state, key: gateText },
  ),
)

describe('the code format’s vectors', () => {
  test.each(vectors.valid)('open: $ticketId, generation $generation', async ({ code, ...rest }) => {
    const { ticketId, showId, seatNo, generation } = rest
    expect(await openCode(code, keys)).toEqual({
      outcome: 'valid',
      payload: { ticketId, showId, seatNo, generation },
    })
  })

  test.each(vectors.refused)('are refused: $what', async ({ code, outcome }) => {
    const expected = outcome === 'wrong_version' ? 'malformed' : outcome
    expect((await openCode(code, keys)).outcome).toBe(expected)
  })
})

test('ten thousand forgeries are refused in the browser’s way too', async () => {
  const { code } = vectors.valid[0] ?? { code: '' }
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  let tried = 0
  for (; tried < 10_000; tried++) {
    const random = randomBytes(8)
    const bent = [...code]
    // Not the key id, so that most get as far as the signature.
    for (let changes = 1 + (tried % 3); changes > 0; changes--) {
      bent[11 + (random.readUInt16LE(2 * changes - 2) % 161)] =
        letters[(random[7 - changes] ?? 0) & 31] ?? 'A'
    }
    const text = bent.join('')
    if (text !== code && (await openCode(text, keys)).outcome === 'valid') throw new Error(text)
  }
})

describe('alone', () => {
  let world: GateWorld
  beforeAll(async () => {
    world = await gateWorld()
  })
  afterAll(() => world.close())

  const bundleOf = async (showId: number) => openBundle(Uint8Array.from(await world.gate.bundle(showId)))
  const decide = async (bundle: OpenBundle, code: string, own: readonly Scan[] = [], more = {}) =>
    decideAlone(code, bundle, () => own, { gate: 'North', move: 'in', nowMs: world.clock.nowMs(), ...more })

  test('it answers what the server answers', async () => {
    const { showId, codes, ticketIds } = await world.showWithCodes(4)
    const other = await world.showWithCodes(1)
    await world.hall(showId)
    const gates = [
      { name: 'North', zones: ['stalls'] },
      { name: 'South', zones: [] },
    ]
    await world.gate.planGates(showId, { ...asUsual, reEntry: true, gates })
    const [gone = '', replaced = ''] = ticketIds
    await world.makeVoid(gone)
    await world.ticketing.reissue({ ticketId: replaced, holderId: null, generation: 1 })
    const newer = (await world.ticketing.codeOf(replaced)) ?? ''
    const [voided = '', old = '', balcony = '', inside = ''] = codes
    await world.scan(showId, inside, { gate: 'South' })
    const bundle = await bundleOf(showId)
    const forged = newer.slice(0, 90) + (newer[90] === 'A' ? 'B' : 'A') + newer.slice(91)
    const tries: [string, { gate?: string; move?: 'in' | 'out' }][] = [
      ...[voided, old, inside, forged, 'hello', other.codes[0] ?? ''].map((code): [string, object] => [
        code,
        { gate: 'South' },
      ]),
      [balcony, {}],
      [balcony, { gate: 'West' }],
      [balcony, { gate: 'South', move: 'out' }],
      [newer, {}],
    ]
    const seen = []
    for (const [code, more] of tries) {
      const { code: alone } = await decide(bundle, code, [], more)
      const asked = await outcomeOf(world.scan(showId, code, more))
      expect(alone === 'LET' ? 'let in' : alone).toBe(asked)
      seen.push(asked)
    }
    expect(new Set(seen).size).toBe(10)
  })

  test('it knows its own scans: in once, and with re-entry in again after out', async () => {
    const { showId, codes } = await world.showWithCodes()
    await world.gate.planGates(showId, { ...asUsual, reEntry: true })
    const bundle = await bundleOf(showId)
    const code = codes[0] ?? ''
    const scan = (move: 'in' | 'out', at: number): Scan => {
      const names = { id: `${at}`, gate: 'North', device: 'a', nonce: `${at}` }
      return { ...names, move, scannedAtMs: world.clock.nowMs() + at }
    }
    const own: Scan[] = []
    for (const [move, expected] of [
      ['out', 'NOT_INSIDE'],
      ['in', 'LET'],
      ['in', 'ALREADY_USED'],
      ['out', 'LET'],
      ['out', 'NOT_INSIDE'],
      ['in', 'LET'],
    ] as const) {
      const decision = await decide(bundle, code, own, { move })
      expect(decision.code).toBe(expected)
      if (decision.code === 'LET') own.push(scan(move, own.length))
    }
  })

  test('it names the seat, opens and closes with the show, and refuses a bundle that was bent', async () => {
    const { showId, codes } = await world.showWithCodes()
    await world.hall(showId)
    const bundle = await bundleOf(showId)
    const code = codes[0] ?? ''
    expect(await decide(bundle, code)).toMatchObject({ code: 'LET', seat: 'Stalls, row A, seat 1' })
    const day = 86_400_000
    expect((await decide(bundle, code, [], { nowMs: world.clock.nowMs() - day })).code).toBe('TOO_EARLY')
    expect((await decide(bundle, code, [], { nowMs: world.clock.nowMs() + day })).code).toBe('SHOW_OVER')
    const bytes = Uint8Array.from(await world.gate.bundle(showId))
    for (const at of [0, 5, 9, 40, 80, bytes.length - 30, bytes.length - 1]) {
      const bent = Uint8Array.from(bytes)
      bent[at] = (bent[at] ?? 0) ^ 1
      await expect(openBundle(bent)).rejects.toThrow(BadBundle)
    }
  })
})
