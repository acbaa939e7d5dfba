/** docs/ticket-format.md is what writers of other gates read: its vectors are run here, and its figures compared. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type KeyStanding, makeCode, verifyCode } from '../../src/ticket/code.ts'
import { checkingKey, keyIdOf, readGateKey, signingKey, writeGateKey } from '../../src/ticket/code-key.ts'
import { codeBytes, codeCharacters, readCodeText } from '../../src/ticket/code-text.ts'
import { concealKeys } from '../../src/ticket/conceal.ts'
import { readSeed } from '../../src/ticket/ed25519.ts'
import type { TicketPayload, Verification } from '../../src/ticket/index.ts'
import { writePayload } from '../../src/ticket/payload.ts'
import { ticketLimits } from '../../src/ticket/ticket-limits.ts'

interface KeyVector {
  keyId: string
  state: 'active' | 'verify_only' | 'revoked'
  seed: string
  publicKey: string
  gateKey: string
  nonceKey: string
  cipherKey: string
  gateText: string
}

interface ValidVector extends TicketPayload {
  keyId: string
  payload: string
  nonce: string
  concealed: string
  signature: string
  code: string
}

interface Vectors {
  keys: KeyVector[]
  valid: ValidVector[]
  refused: { what: string; outcome: Verification['outcome']; code: string }[]
}

const page = readFileSync(join(import.meta.dirname, '../../docs/ticket-format.md'), 'utf8')
const { keys, valid, refused } = JSON.parse(/```json\n([\s\S]*?)\n```/.exec(page)?.[1] ?? '{}') as Vectors

const fromHex = (text: string) => Buffer.from(text, 'hex')
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const keyOf = (keyId: string) => keys.find((key) => key.keyId === keyId)

/** A gate that knows only what gates are given. */
function standingOf(keyId: string): KeyStanding {
  const known = keyOf(keyId)
  if (!known) return { state: 'unknown' }
  if (known.state === 'revoked') return { state: 'revoked' }
  return { state: known.state, key: checkingKey(readGateKey(known.gateText)) }
}

test.each(keys)('key $keyId: everything follows from seed and gate key', (key) => {
  const { publicKey } = readSeed(fromHex(key.seed))
  const { mac, cipher } = concealKeys(fromHex(key.gateKey))
  expect(hex(publicKey)).toBe(key.publicKey)
  expect(keyIdOf(publicKey)).toBe(key.keyId)
  expect([hex(mac), hex(cipher)]).toEqual([key.nonceKey, key.cipherKey])
  expect(writeGateKey({ publicKey, gateKey: fromHex(key.gateKey) })).toBe(key.gateText)
})

test.each(valid)('seat $seatNo of show $showId, generation $generation, key $keyId', (vector) => {
  const { ticketId, showId, seatNo, generation, keyId, code } = vector
  const payload = { ticketId, showId, seatNo, generation }
  const key = keyOf(keyId)
  if (!key) throw new Error(`The page has no key ${keyId}`)
  expect(hex(writePayload(payload))).toBe(vector.payload)
  expect(makeCode(payload, signingKey({ seed: fromHex(key.seed), gateKey: fromHex(key.gateKey) }))).toBe(code)
  const read = readCodeText(code)
  expect(read.outcome === 'read' && hex(read.bytes)).toBe(
    keyId + vector.nonce + vector.concealed + vector.signature,
  )
  expect(verifyCode(code, standingOf)).toEqual({ outcome: 'valid', keyId, payload })
})

test.each(refused)('refused: $what', ({ code, outcome }) => {
  expect(verifyCode(code, standingOf).outcome).toBe(outcome)
})

test('the page has a vector for every outcome, and its figures are those of the code', () => {
  const outcomes = new Set(refused.map(({ outcome }) => outcome))
  expect([...outcomes].sort()).toEqual(['forged', 'malformed', 'revoked_key', 'unknown_key', 'wrong_version'])
  expect(valid.length).toBeGreaterThan(3)
  expect(page).toContain(`**${codeCharacters} letters**`)
  expect(page).toContain(`${codeBytes} bytes fill ${codeCharacters - 4} letters`)
  expect(page).toContain(`${ticketLimits.codeLifeAfterStartMs / 3_600_000} hours\nafter the last show`)
})
