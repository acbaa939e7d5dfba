/** The edge cases of Ed25519 in which libraries differ, made here from the curve's own arithmetic. */

import { expect, test } from 'vitest'
import { isCanonical } from '../../src/ticket/canonical-signature.ts'
import { isSignedBy, readPublicKey, readSeed, signMessage, WeakKey } from '../../src/ticket/ed25519.ts'
import {
  add,
  base,
  encode,
  fieldPrime,
  groupOrder,
  identity,
  littleEndian,
  multiply,
  smallOrderPoints,
} from './curve.ts'
import { bytesOf } from './ticket-names.ts'

const { signingKey, publicKey: publicBytes } = readSeed(bytesOf('edge cases')(32))
const publicKey = readPublicKey(publicBytes)
const message = Buffer.from('a message')
const signature = signMessage(message, signingKey)

const withS = (s: bigint) => Buffer.concat([signature.subarray(0, 32), littleEndian(s)])
const sOf = (bytes: Uint8Array) => BigInt(`0x${Buffer.from(bytes.subarray(32)).reverse().toString('hex')}`)

test('the keys and signatures of RFC 8032 come out', () => {
  const vectors = [
    [
      '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
      'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
      '',
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
    ],
    [
      '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
      '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
      '72',
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
    ],
  ]
  for (const [seed = '', expectedKey = '', text = '', expected = ''] of vectors) {
    const made = readSeed(Buffer.from(seed, 'hex'))
    const said = Buffer.from(text, 'hex')
    expect(Buffer.from(made.publicKey).toString('hex')).toBe(expectedKey)
    expect(Buffer.from(signMessage(said, made.signingKey)).toString('hex')).toBe(expected)
    expect(isSignedBy(said, Buffer.from(expected, 'hex'), readPublicKey(made.publicKey))).toBe(true)
  }
})

test('a signature has no twin: S from the group order on is refused', () => {
  const s = sOf(signature)
  expect(isSignedBy(message, withS(s), publicKey)).toBe(true)
  for (let twin = s + groupOrder; twin < 2n ** 256n; twin += groupOrder) {
    expect(isCanonical(withS(twin))).toBe(false)
    expect(isSignedBy(message, withS(twin), publicKey)).toBe(false)
  }
  for (const out of [groupOrder, groupOrder + 1n, 2n ** 253n, 2n ** 255n - 1n, 2n ** 256n - 1n]) {
    expect(isCanonical(withS(out))).toBe(false)
    expect(isSignedBy(message, withS(out), publicKey)).toBe(false)
  }
  expect(isCanonical(withS(groupOrder - 1n))).toBe(true)
})

test('S of 0, 1 and the order less one fit nothing', () => {
  for (const s of [0n, 1n, groupOrder - 1n, groupOrder - sOf(signature)]) {
    expect(isSignedBy(message, withS(s), publicKey)).toBe(false)
  }
})

test('a signature of another length is refused', () => {
  for (const length of [0, 1, 32, 63])
    expect(isSignedBy(message, signature.subarray(0, length), publicKey)).toBe(false)
  expect(isSignedBy(message, Buffer.concat([signature, Buffer.alloc(1)]), publicKey)).toBe(false)
  expect(isSignedBy(message, Buffer.concat([signature, signature]), publicKey)).toBe(false)
})

test('every point of small order, in every spelling, is refused as R and as a key', () => {
  const points = smallOrderPoints()
  expect(points).toHaveLength(8)
  const spellings = points.flatMap(([x, y]) =>
    [y, y + fieldPrime]
      .filter((value) => value < 2n ** 255n)
      .flatMap((value) => [
        littleEndian(value | ((x & 1n) << 255n)),
        littleEndian(value | ((1n - (x & 1n)) << 255n)),
      ]),
  )
  for (const spelling of spellings) {
    expect(() => readPublicKey(spelling)).toThrow(WeakKey)
    for (const s of [0n, 1n, sOf(signature)]) {
      expect(isSignedBy(message, Buffer.concat([spelling, littleEndian(s)]), publicKey)).toBe(false)
    }
  }
})

test('the key that would make one signature fit every message is refused', () => {
  const [key, fitsEverything] = [encode(identity), Buffer.concat([encode(base), littleEndian(1n)])]
  // S * B = R + k * A holds for every k when A is the identity.
  expect(add(base, multiply(identity, 12_345n))).toEqual(base)
  expect(() => readPublicKey(key)).toThrow(WeakKey)
  expect(isSignedBy(message, fitsEverything, publicKey)).toBe(false)
})

test('a point whose y is not below the field`s prime is refused as a key', () => {
  for (let above = 0n; above < 19n; above++) {
    for (const sign of [0n, 1n]) {
      expect(() => readPublicKey(littleEndian((fieldPrime + above) | (sign << 255n)))).toThrow(WeakKey)
    }
  }
})

test('keys of another length are refused', () => {
  for (const length of [0, 31, 33, 64]) {
    expect(() => readPublicKey(new Uint8Array(length).fill(9))).toThrow(WeakKey)
    if (length !== 32) expect(() => readSeed(new Uint8Array(length).fill(9))).toThrow(WeakKey)
  }
})

test('R moved by a point of small order, with S kept, fits nothing', () => {
  // Checks that multiply by the cofactor would accept it.
  const r = multiply(base, 77n)
  for (const small of smallOrderPoints()) {
    const moved = Buffer.concat([encode(add(r, small)), littleEndian(77n)])
    expect(isSignedBy(message, moved, publicKey)).toBe(false)
  }
})
