/**
 * The keys of ticket codes. A key is two: an Ed25519 pair that only we can sign with, and a gate key that hides what
 * a code says. Its id is a fingerprint of the public key, so that a code of another house is of an unknown key here,
 * and no id can be given to another key by mistake.
 */
import { createHash, type KeyObject } from 'node:crypto'
import { type ConcealKeys, concealKeys, gateKeyBytes } from './conceal.ts'
import { publicKeyBytes, readPublicKey, readSeed, seedBytes } from './ed25519.ts'

export const keyIdBytes = 4

/** What a gate needs to check codes without asking anyone. */
export interface CheckingKey {
  /** Eight hex digits. */
  keyId: string
  publicKey: KeyObject
  conceal: ConcealKeys
}

export interface SigningKey extends CheckingKey {
  signingKey: KeyObject
}

/** The bytes of a key: secret, except for the public key. */
export interface KeySecrets {
  seed: Uint8Array
  publicKey: Uint8Array
  gateKey: Uint8Array
}

export function makeKeySecrets(randomBytes: (count: number) => Uint8Array): KeySecrets {
  const seed = randomBytes(seedBytes)
  return { seed, publicKey: readSeed(seed).publicKey, gateKey: randomBytes(gateKeyBytes) }
}

export function keyIdOf(publicKey: Uint8Array): string {
  return createHash('sha256')
    .update(publicKey)
    .digest('hex')
    .slice(0, 2 * keyIdBytes)
}

export function checkingKey({ publicKey, gateKey }: Omit<KeySecrets, 'seed'>): CheckingKey {
  return { keyId: keyIdOf(publicKey), publicKey: readPublicKey(publicKey), conceal: concealKeys(gateKey) }
}

export function signingKey({ seed, gateKey }: Omit<KeySecrets, 'publicKey'>): SigningKey {
  const { signingKey, publicKey } = readSeed(seed)
  return { ...checkingKey({ publicKey, gateKey }), signingKey }
}

/** What a gate is told of a key, as text: public key and gate key in one. */
export function writeGateKey({ publicKey, gateKey }: Omit<KeySecrets, 'seed'>): string {
  return Buffer.concat([publicKey, gateKey]).toString('base64url')
}

export function readGateKey(text: string): Omit<KeySecrets, 'seed'> {
  const bytes = Buffer.from(text, 'base64url')
  if (bytes.length !== publicKeyBytes + gateKeyBytes)
    throw new RangeError('This is not a key of ticket codes')
  return { publicKey: bytes.subarray(0, publicKeyBytes), gateKey: bytes.subarray(publicKeyBytes) }
}
