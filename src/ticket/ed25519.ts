/**
 * Ed25519 as RFC 8032 has it, with the two laxities closed that libraries differ in: S must be below the group's order
 * (otherwise every signature has a twin), and a public key must be a canonical point of large order (otherwise one
 * signature may fit every message). Checked here, so that nothing depends on which OpenSSL runs below.
 */
import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { fromHex, isBelow, isCanonical } from './canonical-signature.ts'

export const seedBytes = 32
export const publicKeyBytes = 32

/** Little-endian, as in the keys. */
const fieldPrime = fromHex('edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f')
/** The y of the eight points of small order; x, and so the sign bit, does not matter. */
const smallOrderYs = [
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
].map(fromHex)

export class WeakKey extends Error {}

/** Refuses keys with which a signature would prove nothing. */
export function readPublicKey(bytes: Uint8Array): KeyObject {
  const y = Uint8Array.from(bytes)
  if (y.length !== publicKeyBytes)
    throw new WeakKey(`A public key has ${publicKeyBytes} bytes, not ${y.length}`)
  y[31] = (y[31] ?? 0) & 0x7f
  if (!isBelow(y, fieldPrime)) throw new WeakKey('The public key is not in its canonical form')
  if (smallOrderYs.some((small) => areEqual(small, y))) throw new WeakKey('The public key is of small order')
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: base64url(bytes) }, format: 'jwk' })
}

/** The private key of a seed, and the public key that belongs to it. */
export function readSeed(seed: Uint8Array): { signingKey: KeyObject; publicKey: Uint8Array } {
  if (seed.length !== seedBytes) throw new WeakKey(`A signing key has ${seedBytes} bytes, not ${seed.length}`)
  const jwk = { kty: 'OKP', crv: 'Ed25519', d: base64url(seed), x: '' }
  const signingKey = createPrivateKey({ key: jwk, format: 'jwk' })
  const { x = '' } = createPublicKey(signingKey).export({ format: 'jwk' })
  return { signingKey, publicKey: Buffer.from(x, 'base64url') }
}

export function signMessage(message: Uint8Array, signingKey: KeyObject): Uint8Array {
  return sign(null, message, signingKey)
}

export function isSignedBy(message: Uint8Array, signature: Uint8Array, publicKey: KeyObject): boolean {
  return isCanonical(signature) && verify(null, message, publicKey, signature)
}

function areEqual(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at])
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url')
}
