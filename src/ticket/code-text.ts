/**
 * A ticket code as text: `RL1:` and 105 bytes in base32. Exactly one text stands for given bytes: 105 bytes fill 168
 * letters without a spare bit, and lower case, padding, spaces and other lengths are refused. All letters are of the
 * QR code's alphanumeric set. Knows no platform, so that a browser can use it as it is.
 */
const codePrefix = 'RL1:'
export const codeBytes = 105
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const bytesPerGroup = 5
const lettersPerGroup = 8
export const codeCharacters = codePrefix.length + (codeBytes / bytesPerGroup) * lettersPerGroup

export type ReadText =
  | { outcome: 'read'; bytes: Uint8Array }
  | { outcome: 'malformed' }
  | { outcome: 'wrong_version'; version: number }

export function readCodeText(text: string): ReadText {
  const version = /^RL([1-9][0-9]{0,2}):/.exec(text)?.[1]
  if (version === undefined) return { outcome: 'malformed' }
  if (version !== '1') return { outcome: 'wrong_version', version: Number(version) }
  const bytes = text.length === codeCharacters ? fromBase32(text.slice(codePrefix.length)) : null
  return bytes ? { outcome: 'read', bytes } : { outcome: 'malformed' }
}

export function writeCodeText(bytes: Uint8Array): string {
  if (bytes.length !== codeBytes) throw new RangeError(`Expected ${codeBytes} bytes, got ${bytes.length}`)
  let text = codePrefix
  let buffer = 0
  let bits = 0
  for (const byte of bytes) {
    buffer = ((buffer << 8) | byte) & 0xfff
    bits += 8
    while (bits >= 5) {
      bits -= 5
      text += letters.charAt((buffer >> bits) & 31)
    }
  }
  return text
}

function fromBase32(text: string): Uint8Array | null {
  const bytes = new Uint8Array(codeBytes)
  let buffer = 0
  let bits = 0
  let at = 0
  for (const letter of text) {
    const value = letters.indexOf(letter)
    if (value < 0) return null
    buffer = ((buffer << 5) | value) & 0xfff
    bits += 5
    if (bits >= 8) {
      bits -= 8
      bytes[at++] = (buffer >> bits) & 0xff
    }
  }
  return bytes
}
