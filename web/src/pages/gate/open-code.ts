/**
 * Checks a ticket code in the browser, with the platform's own cryptography and the keys of a bundle: the same steps in
 * the same order as the server's (docs/ticket-format.md). Nothing is opened before the signature held.
 */
import { isCanonical } from '../../../../src/ticket/canonical-signature.ts'
import { readCodeText } from '../../../../src/ticket/code-text.ts'
import { payloadBytes, readPayload, type TicketPayload } from '../../../../src/ticket/payload.ts'

export type BundleKey =
  | { keyId: string; state: 'active' | 'verify_only'; key: string }
  | { keyId: string; state: 'revoked' }

export interface GateKeys {
  keys: Map<string, OpenKey | 'revoked'>
}

interface OpenKey {
  publicKey: ImportedKey
  mac: ImportedKey
  cipher: ImportedKey
}

type ImportedKey = Parameters<typeof crypto.subtle.verify>[1]

export type Opened =
  | { outcome: 'valid'; payload: TicketPayload }
  | { outcome: 'forged' | 'malformed' }
  | { outcome: 'unknown_key' | 'revoked_key'; keyId: string }

const keyIdBytes = 4
const nonceBytes = 12
const counterBits = 32
const signedBytes = keyIdBytes + nonceBytes + payloadBytes
const publicKeyBytes = 32
const text = new TextEncoder()
const purpose = text.encode('rowlock ticket code 1\n')

/** Rejects where the browser does not know Ed25519: such a one cannot check codes alone. */
export async function openKeys(keys: readonly BundleKey[]): Promise<GateKeys> {
  const opened = keys.map(async (one): Promise<[string, OpenKey | 'revoked']> => {
    return [one.keyId, one.state === 'revoked' ? 'revoked' : await openKey(one.key)]
  })
  return { keys: new Map(await Promise.all(opened)) }
}

async function openKey(key: string): Promise<OpenKey> {
  const bytes = fromBase64url(key)
  const publicKey = bytes.slice(0, publicKeyBytes)
  const gateKey = await crypto.subtle.importKey('raw', bytes.slice(publicKeyBytes), 'HKDF', false, [
    'deriveBits',
  ])
  const subkey = (info: string) =>
    crypto.subtle.deriveBits(
      {
        ...{ name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array() },
        info: text.encode(`rowlock ticket code 1 ${info}`),
      },
      gateKey,
      256,
    )
  const hmac = { name: 'HMAC', hash: 'SHA-256' }
  return {
    publicKey: await crypto.subtle.importKey('raw', publicKey, 'Ed25519', false, ['verify']),
    mac: await crypto.subtle.importKey('raw', await subkey('nonce'), hmac, false, ['sign']),
    cipher: await crypto.subtle.importKey('raw', await subkey('cipher'), 'AES-CTR', false, ['encrypt']),
  }
}

export async function openCode(code: string, { keys }: GateKeys): Promise<Opened> {
  const read = readCodeText(code)
  if (read.outcome !== 'read') return { outcome: 'malformed' }
  const bytes = Uint8Array.from(read.bytes)
  const keyId = toHex(bytes.subarray(0, keyIdBytes))
  const key = keys.get(keyId)
  if (key === undefined) return { outcome: 'unknown_key', keyId }
  if (key === 'revoked') return { outcome: 'revoked_key', keyId }
  const signature = bytes.slice(signedBytes)
  const message = join(purpose, bytes.subarray(0, signedBytes))
  const isGenuine =
    isCanonical(signature) && (await crypto.subtle.verify('Ed25519', key.publicKey, signature, message))
  const payload = isGenuine ? await reveal(bytes, key) : null
  return payload ? { outcome: 'valid', payload } : { outcome: 'forged' }
}

async function reveal(bytes: Uint8Array<ArrayBuffer>, key: OpenKey): Promise<TicketPayload | null> {
  const nonce = bytes.subarray(keyIdBytes, keyIdBytes + nonceBytes)
  const counter = new Uint8Array(16)
  counter.set(nonce)
  const concealed = bytes.slice(keyIdBytes + nonceBytes, signedBytes)
  const algorithm = { name: 'AES-CTR', counter, length: counterBits }
  const payload = new Uint8Array(await crypto.subtle.encrypt(algorithm, key.cipher, concealed))
  const context = join(purpose, bytes.subarray(0, keyIdBytes))
  const mac = new Uint8Array(await crypto.subtle.sign('HMAC', key.mac, join(context, payload)))
  return areEqual(mac.subarray(0, nonceBytes), nonce) ? readPayload(payload) : null
}

/** In constant time. */
function areEqual(one: Uint8Array, other: Uint8Array): boolean {
  let difference = one.length ^ other.length
  for (let at = 0; at < one.length; at++) difference |= (one[at] ?? 0) ^ (other[at] ?? 0)
  return difference === 0
}

export function join(one: Uint8Array, other: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(one.length + other.length)
  both.set(one)
  both.set(other, one.length)
  return both
}

export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function fromBase64url(encoded: string): Uint8Array<ArrayBuffer> {
  const binary = atob(encoded.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0))
}
