/**
 * A ticket code: made once per payload and key, checked by anyone who holds the key's public half and gate key.
 *
 *   RL1: base32( key id 4 | nonce 12 | concealed payload 25 | signature 64 )
 *
 * The signature covers everything before it and is checked before anything is opened, so that what a stranger made up
 * meets no cipher and no parser. For one payload and key exactly one text is valid. docs/ticket-format.md has it all.
 */

import { signatureBytes } from './canonical-signature.ts'
import { type CheckingKey, keyIdBytes, type SigningKey } from './code-key.ts'
import { codeBytes, readCodeText, writeCodeText } from './code-text.ts'
import { conceal, nonceBytes, reveal } from './conceal.ts'
import { isSignedBy, signMessage } from './ed25519.ts'
import { payloadBytes, readPayload, type TicketPayload, writePayload } from './payload.ts'

const signedBytes = keyIdBytes + nonceBytes + payloadBytes
if (signedBytes + signatureBytes !== codeBytes) throw new Error('The parts of a code do not add up')

/** Keeps signatures and nonces of codes apart from whatever else these keys might ever sign. */
const purpose = Buffer.from('rowlock ticket code 1\n')

export type KeyStanding =
  | { state: 'active' | 'verify_only'; key: CheckingKey }
  | { state: 'revoked' }
  | { state: 'unknown' }

export type Verification =
  | { outcome: 'valid'; keyId: string; payload: TicketPayload }
  /** Not made by us: signature, or what it encloses, does not fit the key it names. */
  | { outcome: 'forged'; keyId: string }
  | { outcome: 'unknown_key'; keyId: string }
  | { outcome: 'revoked_key'; keyId: string }
  | { outcome: 'malformed' }
  | { outcome: 'wrong_version'; version: number }

export function makeCode(payload: TicketPayload, key: SigningKey): string {
  const keyId = Buffer.from(key.keyId, 'hex')
  const concealed = conceal(writePayload(payload), contextOf(keyId), key.conceal)
  const signed = Buffer.concat([keyId, concealed])
  return writeCodeText(Buffer.concat([signed, signMessage(messageOf(signed), key.signingKey)]))
}

/** The key that a code names; null when it is no code of this version. */
export function keyIdIn(text: string): string | null {
  const read = readCodeText(text)
  return read.outcome === 'read' ? keyIdFrom(read.bytes) : null
}

/** Whether the code is genuine. Whether its ticket still holds, and for which gate, is not in the code. */
export function verifyCode(text: string, standingOf: (keyId: string) => KeyStanding): Verification {
  const read = readCodeText(text)
  if (read.outcome !== 'read') return read
  const keyId = keyIdFrom(read.bytes)
  const standing = standingOf(keyId)
  if (standing.state === 'unknown') return { outcome: 'unknown_key', keyId }
  if (standing.state === 'revoked') return { outcome: 'revoked_key', keyId }
  const payload = openPayload(read.bytes, standing.key)
  return payload ? { outcome: 'valid', keyId, payload } : { outcome: 'forged', keyId }
}

function openPayload(bytes: Uint8Array, key: CheckingKey): TicketPayload | null {
  const keyId = bytes.subarray(0, keyIdBytes)
  const signed = bytes.subarray(0, signedBytes)
  if (!isSignedBy(messageOf(signed), bytes.subarray(signedBytes), key.publicKey)) return null
  const payload = reveal(signed.subarray(keyIdBytes), contextOf(keyId), key.conceal)
  return payload && readPayload(payload)
}

const keyIdFrom = (bytes: Uint8Array) => Buffer.from(bytes.subarray(0, keyIdBytes)).toString('hex')
const contextOf = (keyId: Uint8Array) => Buffer.concat([purpose, keyId])
const messageOf = (signed: Uint8Array) => Buffer.concat([purpose, signed])
