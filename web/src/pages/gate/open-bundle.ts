/**
 * Opens the bundle of a show (docs/gate.md): checks who signed it, unpacks it, and makes it quick to ask. The page has it
 * from its own server, so a key that the bundle itself names may have signed it; what the signature adds here is that
 * nothing was lost or bent on the way.
 */
import type { GateBundle } from '../../../../src/gate/bundle-format.ts'
import { type GateKeys, join, openKeys, toHex } from './open-code.ts'

export interface OpenBundle extends GateKeys {
  about: Omit<GateBundle, 'void' | 'replaced' | 'entered' | 'keys' | 'seats'>
  isVoid(ticketId: string): boolean
  /** The generation that a code must have at least. */
  generationOf(ticketId: string): number
  entryOf(ticketId: string): { atMs: number; gate: string; isInside: boolean } | null
  /** Key of the zone; null for a seat that the plan does not have. */
  zoneOf(seatNo: number): string | null
  labelOf(seatNo: number): string
  /** How many were in when the bundle was made. */
  enteredCount: number
}

export class BadBundle extends Error {}

const magic = 'RLB1'
const keyIdBytes = 4
const signatureBytes = 64
const purpose = new TextEncoder().encode('rowlock gate bundle 1\n')

export async function openBundle(bytes: Uint8Array<ArrayBuffer>): Promise<OpenBundle> {
  const count = bytes[magic.length] ?? 0
  const bodyAt = magic.length + 1 + count * (keyIdBytes + signatureBytes)
  if (String.fromCharCode(...bytes.subarray(0, magic.length)) !== magic) {
    throw new BadBundle('This is not a gate bundle')
  }
  const body = bytes.slice(bodyAt)
  const bundle = JSON.parse(await unpack(body)) as GateBundle
  if (bundle.version !== 1) throw new BadBundle('This bundle is of a newer kind: reload the page')
  const { keys } = await openKeys(bundle.keys)
  if (!(await isSigned(bytes, bodyAt, body, keys))) throw new BadBundle('The bundle is damaged')
  return asked(bundle, keys)
}

async function unpack(body: Uint8Array<ArrayBuffer>): Promise<string> {
  try {
    return await new Response(new Blob([body]).stream().pipeThrough(new DecompressionStream('gzip'))).text()
  } catch {
    throw new BadBundle('The bundle is damaged')
  }
}

async function isSigned(
  bytes: Uint8Array<ArrayBuffer>,
  bodyAt: number,
  body: Uint8Array,
  keys: GateKeys['keys'],
): Promise<boolean> {
  const message = join(purpose, body)
  for (let at = magic.length + 1; at < bodyAt; at += keyIdBytes + signatureBytes) {
    const key = keys.get(toHex(bytes.subarray(at, at + keyIdBytes)))
    if (key === undefined || key === 'revoked') continue
    const signature = bytes.slice(at + keyIdBytes, at + keyIdBytes + signatureBytes)
    if (await crypto.subtle.verify('Ed25519', key.publicKey, signature, message)) return true
  }
  return false
}

function asked(bundle: GateBundle, keys: GateKeys['keys']): OpenBundle {
  const { void: gone, replaced, entered, keys: _keys, seats, ...about } = bundle
  const voids = new Set(gone)
  const generations = new Map(replaced)
  const entries = new Map(entered.map(([id, atS, gate, isInside]) => [id, { atS, gate, isInside }]))
  return {
    about,
    keys,
    isVoid: (ticketId) => voids.has(shortId(ticketId)),
    generationOf: (ticketId) => generations.get(shortId(ticketId)) ?? 1,
    entryOf(ticketId) {
      const entry = entries.get(shortId(ticketId))
      return entry ? { atMs: entry.atS * 1000, gate: entry.gate, isInside: entry.isInside === 1 } : null
    },
    zoneOf: (seatNo) => bundle.zones[seats[seatNo]?.[0] ?? -1]?.key ?? null,
    labelOf(seatNo) {
      const seat = seats[seatNo]
      if (!seat) return `Seat number ${seatNo}`
      const [zone, rowOrArea, number] = seat
      if (number === undefined) return rowOrArea
      const parts = [bundle.zones[zone]?.name, rowOrArea && `row ${rowOrArea}`, number && `seat ${number}`]
      return parts.filter(Boolean).join(', ')
    },
    enteredCount: entries.size,
  }
}

function shortId(ticketId: string): string {
  const hex = ticketId.replaceAll('-', '')
  const bytes = Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16))
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}
