/**
 * How a key rests in the database: sealed, each half under a context with the key's id. Who can write to the database
 * but cannot seal can add no key, and can give no key the id or the use of another.
 */
import {
  type CheckingKey,
  checkingKey,
  type KeySecrets,
  keyIdOf,
  readGateKey,
  type SigningKey,
  signingKey,
  writeGateKey,
} from './code-key.ts'
import type { KeySealer } from './room.ts'

export interface SealedKey {
  keyId: string
  sealedSigning: string
  sealedChecking: string
}

export function sealKey(sealer: KeySealer, secrets: KeySecrets): SealedKey {
  const keyId = keyIdOf(secrets.publicKey)
  const seed = Buffer.from(secrets.seed).toString('base64url')
  return {
    keyId,
    sealedSigning: sealer.seal(seed, signingContext(keyId)),
    sealedChecking: sealer.seal(writeGateKey(secrets), checkingContext(keyId)),
  }
}

export type SealedChecking = Pick<SealedKey, 'keyId' | 'sealedChecking'>

/** The public key and the gate key as the text that gates are given. */
export function openGateKey(sealer: KeySealer, { keyId, sealedChecking }: SealedChecking): string {
  return sealer.open(sealedChecking, checkingContext(keyId))
}

export function openCheckingKey(sealer: KeySealer, sealed: SealedChecking): CheckingKey {
  return ownKey(sealed.keyId, checkingKey(readGateKey(openGateKey(sealer, sealed))))
}

export function openSigningKey(sealer: KeySealer, sealed: SealedKey): SigningKey {
  const seed = Buffer.from(sealer.open(sealed.sealedSigning, signingContext(sealed.keyId)), 'base64url')
  const { gateKey } = readGateKey(openGateKey(sealer, sealed))
  return ownKey(sealed.keyId, signingKey({ seed, gateKey }))
}

function ownKey<Key extends CheckingKey>(keyId: string, key: Key): Key {
  if (key.keyId !== keyId) throw new Error(`The row of ticket key ${keyId} holds key ${key.keyId}`)
  return key
}

export const signingContext = (keyId: string) => `ticket-key:${keyId}:signing`
export const checkingContext = (keyId: string) => `ticket-key:${keyId}:checking`
