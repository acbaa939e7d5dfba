/** Ids that are derived rather than looked up, so that every process and every repeat finds the same one. */
import { createHash, createHmac, randomUUID } from 'node:crypto'

/**
 * A uuid (version 8) that is a keyed hash of its parts. Lengths are hashed with the parts, so that ("ab", "c")
 * and ("a", "bc") differ. Without the secret nobody can guess another buyer's ids.
 */
export function keyedUuid(secret: string | Buffer, ...parts: string[]): string {
  const mac = createHmac('sha256', secret)
  for (const part of parts) mac.update(`${Buffer.byteLength(part)}:`).update(part)
  const bytes = mac.digest().subarray(0, 16)
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  const hex = bytes.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

export const randomUuid = (): string => randomUUID()

/**
 * SHA-256, in hex, of a value as JSON with sorted keys: the same for equal requests. What JSON leaves out (keys
 * without a value) is left out here too; a value that is nothing at all is a bug of the caller.
 */
export function hashOf(value: object | string | number | boolean | null): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex')
}

function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
}
