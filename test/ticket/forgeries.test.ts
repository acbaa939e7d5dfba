/** What a forger can do to a code, way by way. */
import { createCipheriv, createHash, createHmac, hkdfSync, sign } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { makeCode, type Verification, verifyCode } from '../../src/ticket/code.ts'
import { checkingKey, keyIdOf, signingKey } from '../../src/ticket/code-key.ts'
import { codeBytes, readCodeText, writeCodeText } from '../../src/ticket/code-text.ts'
import { conceal } from '../../src/ticket/conceal.ts'
import { writePayload } from '../../src/ticket/payload.ts'
import { groupOrder, littleEndian } from './curve.ts'
import { bytesOf, holding, keyOf, secretsOf, ticket } from './ticket-names.ts'

const key = keyOf('house')
const gate = holding(key)
const code = makeCode(ticket, key)
const bytes = bytesIn(code)
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const keyIdEnd = 4
const signedEnd = 41

function bytesIn(text: string): Buffer {
  const read = readCodeText(text)
  if (read.outcome !== 'read') throw new Error(`Not a code: ${text}`)
  return Buffer.from(read.bytes)
}

const outcomeOf = (text: string): Verification['outcome'] => verifyCode(text, gate).outcome

test('each of the 840 bits, flipped, makes it unknown or forged', () => {
  for (let bit = 0; bit < 8 * codeBytes; bit++) {
    const flipped = Buffer.from(bytes)
    flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
    expect(outcomeOf(writeCodeText(flipped))).toBe(bit < 8 * keyIdEnd ? 'unknown_key' : 'forged')
  }
})

test('each byte, replaced by any other, makes it unknown or forged', { timeout: 60_000 }, () => {
  for (let at = 0; at < codeBytes; at++) {
    for (let value = 0; value < 256; value++) {
      if (value === bytes[at]) continue
      const replaced = Buffer.from(bytes)
      replaced.writeUInt8(value, at)
      const outcome = outcomeOf(writeCodeText(replaced))
      if (outcome !== (at < keyIdEnd ? 'unknown_key' : 'forged'))
        throw new Error(`Byte ${at} as ${value}: ${outcome}`)
    }
  }
})

test('each letter, replaced by any other sign, is refused', () => {
  const signs = [
    ...Array.from({ length: 128 }, (_, sign) => String.fromCharCode(sign)),
    'é',
    'Ａ',
    '😀',
    '\ud83d',
  ]
  for (let at = 0; at < code.length; at++) {
    for (const sign of signs) {
      if (sign === code[at] || (at >= 4 && letters.includes(sign))) continue
      const outcome = outcomeOf(code.slice(0, at) + sign + code.slice(at + 1))
      if (outcome !== 'malformed' && !(at === 2 && outcome === 'wrong_version')) {
        throw new Error(`Letter ${at} as ${JSON.stringify(sign)}: ${outcome}`)
      }
    }
  }
})

test('every truncation and every prolongation is malformed', () => {
  for (let length = 0; length < code.length; length++) {
    expect(outcomeOf(code.slice(0, length))).toBe('malformed')
    expect(outcomeOf(code.slice(length + 1))).toBe('malformed')
    expect(outcomeOf(code.slice(0, length) + code.slice(length + 1))).toBe('malformed')
  }
  for (const more of ['A', '=', '\n', ' ', '\0', 'AAAAAAAA', code, code.slice(4)]) {
    expect(outcomeOf(code + more)).toBe('malformed')
    expect(outcomeOf(more + code)).not.toBe('valid')
  }
})

test('a code has one text: other spellings of the same bytes are malformed', () => {
  const body = code.slice(4)
  const spellings = [
    code.toLowerCase(),
    `rl1:${body}`,
    `RL1:${body.toLowerCase()}`,
    `RL01:${body}`,
    `RL1 :${body}`,
    `RL1:${body}======`,
    `RL1:${body.slice(0, 80)} ${body.slice(80)}`,
    `RL1:${body.slice(0, 80)}-${body.slice(80)}`,
    `RL1:${body.replaceAll('O', '0').replaceAll('I', '1')}!`,
    `RL1:${bytes.toString('base64url')}`,
    `RL1:${bytes.toString('hex')}`,
    encodeURIComponent(code),
    `\ufeff${code}`,
    code.normalize('NFKD').replace('R', 'Ｒ'),
  ]
  for (const spelling of spellings) expect(outcomeOf(spelling)).toBe('malformed')
})

test('text and bytes are one to one', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: codeBytes, maxLength: codeBytes }), (any) => {
      expect(bytesIn(writeCodeText(any))).toEqual(Buffer.from(any))
    }),
    { numRuns: 500 },
  )
  expect(() => writeCodeText(new Uint8Array(codeBytes - 1))).toThrow(RangeError)
})

test('another version is told as such, whatever follows', () => {
  for (const version of [2, 3, 9, 10, 99, 999]) {
    expect(verifyCode(`RL${version}:${code.slice(4)}`, gate)).toEqual({ outcome: 'wrong_version', version })
    expect(verifyCode(`RL${version}:`, gate)).toEqual({ outcome: 'wrong_version', version })
  }
  for (const none of [
    'RL0:',
    'RL:',
    'RL-1:',
    'RL1000:',
    'RLx:',
    'HC1:',
    'R L2:',
    'https://example.org/RL2:',
  ]) {
    expect(outcomeOf(none + code.slice(4))).toBe('malformed')
  }
})

test('the S of a signature, raised by the group order, is a forgery', () => {
  const s = BigInt(`0x${Buffer.from(bytes.subarray(73)).reverse().toString('hex')}`)
  const twin = Buffer.concat([bytes.subarray(0, 73), littleEndian(s + groupOrder)])
  expect(outcomeOf(writeCodeText(twin))).toBe('forged')
})

test('parts of genuine codes do not combine: signature, payload, nonce and key id of another ticket or show', () => {
  const others = [
    makeCode({ ...ticket, seatNo: ticket.seatNo + 1 }, key),
    makeCode({ ...ticket, showId: ticket.showId + 1 }, key),
    makeCode({ ...ticket, generation: 2 }, key),
    makeCode(ticket, keyOf('other house')),
  ].map(bytesIn)
  const both = holding(key, keyOf('other house'))
  const cuts = [0, keyIdEnd, 16, signedEnd, 73, codeBytes]
  for (const other of others) {
    for (let mask = 1; mask < 2 ** (cuts.length - 1) - 1; mask++) {
      const parts = cuts.slice(1).map((end, at) => (mask & (1 << at) ? other : bytes).subarray(cuts[at], end))
      const mixed = Buffer.concat(parts)
      if (mixed.equals(bytes) || mixed.equals(other)) continue
      expect(verifyCode(writeCodeText(mixed), both).outcome).toBe('forged')
    }
  }
})

test('a code of another key is of an unknown key, and a key under another`s id opens nothing', () => {
  const other = keyOf('other house')
  const foreign = makeCode(ticket, other)
  expect(verifyCode(foreign, gate)).toEqual({ outcome: 'unknown_key', keyId: other.keyId })
  expect(verifyCode(foreign, () => ({ state: 'active', key })).outcome).toBe('forged')
  expect(verifyCode(foreign, () => ({ state: 'active', key: { ...key, keyId: other.keyId } })).outcome).toBe(
    'forged',
  )
})

test('a revoked key vouches for nothing', () => {
  expect(verifyCode(code, () => ({ state: 'revoked' }))).toEqual({ outcome: 'revoked_key', keyId: key.keyId })
})

test('who holds a gate`s key but not the signing key cannot make a code', () => {
  const stolen = checkingKey(secretsOf('house'))
  const own = keyOf('thief')
  const made = makeCode({ ...ticket, seatNo: 1 }, { ...stolen, signingKey: own.signingKey })
  expect(outcomeOf(made)).toBe('forged')
})

test('who holds the signing key but not the gate key cannot make a code that opens', () => {
  const { seed } = secretsOf('house')
  const made = makeCode(ticket, signingKey({ seed, gateKey: bytesOf('guess')(32) }))
  expect(outcomeOf(made)).toBe('forged')
})

test('a genuine signature around a payload that no ticket has is refused', () => {
  const keyId = Buffer.from(key.keyId, 'hex')
  for (const at of [16, 23]) {
    const payload = Buffer.from(writePayload(ticket)).fill(0, at)
    const purpose = Buffer.from('rowlock ticket code 1\n')
    const signed = Buffer.concat([keyId, conceal(payload, Buffer.concat([purpose, keyId]), key.conceal)])
    const signature = sign(null, Buffer.concat([purpose, signed]), key.signingKey)
    expect(outcomeOf(writeCodeText(Buffer.concat([signed, signature])))).toBe('forged')
  }
})

test('a signature made for another purpose over the same bytes is no code', () => {
  const signed = bytes.subarray(0, signedEnd)
  for (const purpose of ['', 'rowlock ticket code 2\n', 'rowlock bundle 1\n']) {
    const signature = sign(null, Buffer.concat([Buffer.from(purpose), signed]), key.signingKey)
    expect(outcomeOf(writeCodeText(Buffer.concat([signed, signature])))).toBe('forged')
  }
})

test('the code is what its page says, made step by step from the primitives alone', () => {
  const { gateKey, publicKey } = secretsOf('house')
  const purpose = Buffer.from('rowlock ticket code 1\n')
  const subkey = (info: string) =>
    Buffer.from(hkdfSync('sha256', gateKey, '', `${purpose.toString().trim()} ${info}`, 32))
  const keyId = createHash('sha256').update(publicKey).digest().subarray(0, 4)
  expect(keyId.toString('hex')).toBe(keyIdOf(publicKey))
  const payload = writePayload(ticket)
  const mac = createHmac('sha256', subkey('nonce')).update(purpose).update(keyId).update(payload).digest()
  const nonce = mac.subarray(0, 12)
  const cipher = createCipheriv('aes-256-ctr', subkey('cipher'), Buffer.concat([nonce, Buffer.alloc(4)]))
  const signed = Buffer.concat([keyId, nonce, cipher.update(payload)])
  const signature = sign(null, Buffer.concat([purpose, signed]), key.signingKey)
  expect(bytes).toEqual(Buffer.concat([signed, signature]))
})

test('any text at all is answered', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
      expect(['malformed', 'wrong_version']).toContain(outcomeOf(text))
      expect(outcomeOf(`RL1:${text}`)).toBe('malformed')
    }),
    { numRuns: 2_000 },
  )
  expect(outcomeOf(`RL1:${'A'.repeat(5_000_000)}`)).toBe('malformed')
})
