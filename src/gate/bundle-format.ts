/**
 * The bundle as bytes: what a gate without network is handed. docs/gate.md has the format.
 *
 *   "RLB1" | count 1 | count times (key id 4 | signature 64) | gzip( JSON )
 *
 * The signatures cover the compressed bytes and are checked before anything is opened. Each is of one of the keys that
 * make codes; one from a key that the reader already trusts is enough.
 */
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { type CheckingKey, type GateKey, type GateSignature, isSignedForGates } from '../ticket/index.ts'
import type { ListedGate } from './gate-policy.ts'

const magic = Buffer.from('RLB1')
const keyIdBytes = 4
const signatureBytes = 64

export interface GateBundle {
  version: 1
  /** `id` is the number that codes carry. */
  show: { id: number; title: string; venue: string; timeZone: string; startsAt: string }
  madeAt: string
  opensAt: string
  closesAt: string
  isCancelled: boolean
  reEntry: boolean
  gates: ListedGate[]
  zones: { key: string; name: string }[]
  /** By seat number: index of the zone, row and number; or index of the zone and the area's name; null for none. */
  seats: ([zone: number, row: string, number: string] | [zone: number, area: string] | null)[]
  keys: GateKey[]
  /** Ticket ids, each 16 bytes in base64url. */
  void: string[]
  /** Tickets whose code was replaced: only this generation holds, and later ones. */
  replaced: [ticketId: string, generation: number][]
  /** Tickets that were let in, as far as was known. Seconds since the epoch. */
  entered: [ticketId: string, atS: number, gate: string, isInside: 0 | 1][]
}

export async function packBundle(
  bundle: GateBundle,
  sign: (message: Uint8Array) => Promise<GateSignature[]>,
): Promise<Buffer> {
  const body = await promisify(gzip)(JSON.stringify(bundle), { level: 6 })
  const signatures = await sign(body)
  const head = signatures.map(({ keyId, signature }) => Buffer.concat([Buffer.from(keyId, 'hex'), signature]))
  return Buffer.concat([magic, Uint8Array.of(head.length), ...head, body])
}

export class BadBundle extends Error {}

/** Opens what a trusted key has signed, and nothing else. */
export async function readBundle(
  bytes: Uint8Array,
  trusted: readonly CheckingKey[],
  bytesMax: number,
): Promise<GateBundle> {
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const bodyAt = magic.length + 1 + (whole[magic.length] ?? 0) * (keyIdBytes + signatureBytes)
  if (!whole.subarray(0, magic.length).equals(magic)) throw new BadBundle('This is not a gate bundle')
  const body = whole.subarray(bodyAt)
  let isTrusted = false
  for (let at = magic.length + 1; at < bodyAt; at += keyIdBytes + signatureBytes) {
    const keyId = whole.subarray(at, at + keyIdBytes).toString('hex')
    const signature = whole.subarray(at + keyIdBytes, at + keyIdBytes + signatureBytes)
    const key = trusted.find((one) => one.keyId === keyId)
    isTrusted ||= key !== undefined && isSignedForGates(body, signature, key)
  }
  if (!isTrusted) throw new BadBundle('No key that is trusted here has signed this bundle')
  const text = await promisify(gunzip)(body, { maxOutputLength: bytesMax })
  const bundle = JSON.parse(text.toString()) as GateBundle
  if (bundle.version !== 1) throw new BadBundle(`Expected version 1, got ${bundle.version}`)
  return bundle
}

export const shortId = (ticketId: string): string =>
  Buffer.from(ticketId.replaceAll('-', ''), 'hex').toString('base64url')
