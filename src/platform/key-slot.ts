/** Which of the 16,384 slots of a Redis Cluster a key lives in: CRC-16 of its hash tag, or of all of it without one. */
export const slotCount = 16_384

const remainders = Uint16Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte << 8
  for (let bit = 0; bit < 8; bit++) {
    remainder = remainder & 0x8000 ? (remainder << 1) ^ 0x1021 : remainder << 1
  }
  return remainder
})

export function slotOf(key: string): number {
  let remainder = 0
  for (const byte of Buffer.from(hashedPart(key))) {
    remainder = ((remainder << 8) & 0xffff) ^ (remainders[(remainder >> 8) ^ byte] ?? 0)
  }
  return remainder % slotCount
}

function hashedPart(key: string): string {
  const open = key.indexOf('{')
  const close = key.indexOf('}', open + 1)
  return open >= 0 && close > open + 1 ? key.slice(open + 1, close) : key
}
