/** The bundle: what it says, that only our keys can have made it, and that it stays small for the largest hall. */
import { randomBytes } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { BadBundle, type GateBundle, packBundle, readBundle, shortId } from '../../src/gate/bundle-format.ts'
import { type CheckingKey, checkingKey, readGateKey } from '../../src/ticket/index.ts'
import { keyOf } from '../ticket/ticket-names.ts'
import { asUsual, type GateWorld, gateWorld } from './gate-world.ts'

const bytesMax = 64_000_000
let world: GateWorld

beforeEach(async () => {
  world = await gateWorld()
})
afterEach(() => world.close())

async function keysNow(): Promise<CheckingKey[]> {
  return (await world.ticketing.gateKeys()).flatMap((one) =>
    one.state === 'revoked' ? [] : [checkingKey(readGateKey(one.key))],
  )
}

test('it says what a signature cannot: void, replaced, entered; and names nobody', async () => {
  const { showId, ticketIds, codes } = await world.showWithCodes(4)
  await world.hall(showId)
  const [gone = '', replaced = '', inside = '', out = ''] = ticketIds
  await world.gate.planGates(showId, { ...asUsual, reEntry: true, gates: [{ name: 'North', zones: [] }] })
  await world.makeVoid(gone)
  await world.ticketing.reissue({ ticketId: replaced, holderId: null, generation: 1 })
  const { scannedAt } = await world.scan(showId, codes[2] ?? '')
  await world.scan(showId, codes[3] ?? '')
  await world.scan(showId, codes[3] ?? '', { move: 'out' })
  const read = await readBundle(await world.gate.bundle(showId), await keysNow(), bytesMax)
  const atS = Math.floor(scannedAt.getTime() / 1000)
  const entered: GateBundle['entered'] = [
    [shortId(inside), atS, 'North', 1],
    [shortId(out), atS, 'North', 0],
  ]
  expect(read).toMatchObject({
    ...{ version: 1, reEntry: true, isCancelled: false, gates: [{ name: 'North', zones: [] }] },
    show: { id: showId, title: 'E', venue: 'V', timeZone: 'UTC' },
    zones: [
      { key: 'stalls', name: 'Stalls' },
      { key: 'balcony', name: 'Balcony' },
    ],
    seats: [
      [0, 'A', '1'],
      [0, 'A', '2'],
      [1, 'A', '1'],
      [1, 'A', '2'],
    ],
    void: [shortId(gone)],
    replaced: [[shortId(replaced), 2]],
    entered: expect.arrayContaining(entered),
    keys: [{ state: 'active' }],
  })
})

test('a show that nobody has a code of yet has a bundle, and the first key with it', async () => {
  const showId = await world.show(1)
  const read = await readBundle(await world.gate.bundle(showId), await keysNow(), bytesMax)
  expect(read.keys).toHaveLength(1)
  await expect(world.gate.bundle(999_999)).rejects.toMatchObject({ code: 'SHOW_NOT_FOUND' })
})

test('a device that knows the old keys trusts it after a rotation, and one that knows none does not', async () => {
  const { showId } = await world.showWithCodes()
  const before = await keysNow()
  await world.ticketing.rotateKeys()
  const bytes = await world.gate.bundle(showId)
  const read = await readBundle(bytes, before, bytesMax)
  expect(read.keys.map(({ state }) => state)).toEqual(['active', 'verify_only'])
  await expect(readBundle(bytes, [], bytesMax)).rejects.toThrow(BadBundle)
  await expect(readBundle(bytes, [keyOf('another house')], bytesMax)).rejects.toThrow(BadBundle)
})

test('a revoked key is named in it, holds no secret, and does not sign it', async () => {
  const { showId } = await world.showWithCodes()
  const before = await keysNow()
  const keyId = before[0]?.keyId ?? ''
  await world.ticketing.revokeKey({ keyId, because: 'a test' })
  const bytes = await world.gate.bundle(showId)
  await expect(readBundle(bytes, before, bytesMax)).rejects.toThrow(BadBundle)
  const { keys } = await readBundle(bytes, await keysNow(), bytesMax)
  expect(keys).toContainEqual({ keyId, state: 'revoked' })
})

test('whatever is changed in it, it does not open', async () => {
  const { showId } = await world.showWithCodes(3)
  const bytes = await world.gate.bundle(showId)
  const keys = await keysNow()
  for (let at = 0; at < bytes.length; at++) {
    const bent = Buffer.from(bytes)
    bent.writeUInt8(bent.readUInt8(at) ^ (1 << (at % 8)), at)
    await expect(readBundle(bent, keys, bytesMax)).rejects.toThrow()
  }
  for (let length = 0; length < bytes.length; length += 7) {
    await expect(readBundle(bytes.subarray(0, length), keys, bytesMax)).rejects.toThrow(BadBundle)
  }
  await expect(readBundle(Buffer.concat([bytes, Buffer.from('x')]), keys, bytesMax)).rejects.toThrow(
    BadBundle,
  )
})

test('a signature of a ticket code is none of a bundle, nor the other way round', async () => {
  const { showId, codes } = await world.showWithCodes()
  const [key] = await keysNow()
  if (!key) throw new Error('There is a key')
  const { bytes } = decode(codes[0] ?? '')
  const body = bytes.subarray(0, 41)
  const forged = Buffer.concat([Buffer.from('RLB1\u0001'), bytes.subarray(0, 4), bytes.subarray(41), body])
  await expect(readBundle(forged, [key], bytesMax)).rejects.toThrow(BadBundle)
  const signatures = await world.ticketing.signForGates(body)
  const code = Buffer.concat([body, signatures[0]?.signature ?? Buffer.alloc(64)])
  const { outcome } = await world.ticketing.verify(encode(code))
  expect(outcome).toBe('forged')
  expect(await world.gate.count(showId)).toMatchObject({ entered: 0 })
})

test('a bundle that opens to more than a device takes is not opened to its end', async () => {
  await world.showWithCodes()
  const bomb = gzipSync(Buffer.alloc(2_000_000))
  const [signature] = await world.ticketing.signForGates(bomb)
  if (!signature) throw new Error('There is a key')
  const head = [Buffer.from('RLB1\u0001'), Buffer.from(signature.keyId, 'hex'), signature.signature, bomb]
  await expect(readBundle(Buffer.concat(head), await keysNow(), 1_000_000)).rejects.toThrow(RangeError)
})

test('for 20,000 seats, all inside, it is below a megabyte', async () => {
  const ids = Array.from({ length: 20_000 }, () => shortId(randomBytes(16).toString('hex')))
  const bundle: GateBundle = {
    ...{ version: 1, isCancelled: false, reEntry: false, gates: [], keys: [], void: ids.slice(0, 500) },
    show: { id: 1, title: 'A', venue: 'B', timeZone: 'UTC', startsAt: '' },
    ...{ madeAt: '', opensAt: '', closesAt: '', replaced: [] },
    zones: Array.from({ length: 20 }, (_, at) => ({ key: `z${at}`, name: `Zone ${at}` })),
    seats: ids.map((_, at) => [at % 20, String((at / 40) | 0), String(at % 40)]),
    entered: ids.map((id, at) => [id, 1_780_000_000 + ((at * 7_919) % 3_600), `Gate ${at % 10}`, 1]),
  }
  const bytes = await packBundle(bundle, async () => [])
  expect(bytes.length).toBeLessThan(1_000_000)
})

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

function decode(code: string): { bytes: Buffer } {
  const bits = [...code.slice(4)]
    .map((letter) => letters.indexOf(letter).toString(2).padStart(5, '0'))
    .join('')
  return { bytes: Buffer.from(bits.match(/.{8}/g)?.map((byte) => Number.parseInt(byte, 2)) ?? []) }
}

function encode(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  return `RL1:${bits
    .match(/.{5}/g)
    ?.map((five) => letters[Number.parseInt(five, 2)])
    .join('')}`
}
