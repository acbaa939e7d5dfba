/**
 * Whether a signature is the only spelling of itself: it has its length, and an S below the group's order. Otherwise
 * every signature has a twin. Knows no platform, so that a browser can use it as it is.
 */
export const signatureBytes = 64
const groupOrder = fromHex('edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010')

export function isCanonical(signature: Uint8Array): boolean {
  return signature.length === signatureBytes && isBelow(signature.subarray(32), groupOrder)
}

/** Little-endian. Everything compared here is public, so that the time it takes tells nothing. */
export function isBelow(value: Uint8Array, limit: Uint8Array): boolean {
  for (let at = limit.length - 1; at >= 0; at--) {
    const difference = (value[at] ?? 0) - (limit[at] ?? 0)
    if (difference !== 0) return difference < 0
  }
  return false
}

export function fromHex(hex: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16))
}
