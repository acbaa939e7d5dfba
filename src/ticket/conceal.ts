/**
 * Hides a payload from whoever photographs a code, and notices when it opens under the wrong key. Deterministic
 * authenticated encryption with a synthetic nonce: the nonce is a MAC of the payload, and the keystream comes from the
 * nonce. The same payload always looks the same, two payloads share a keystream only if their MACs collide (96 bits),
 * and no randomness can be weak or repeated. Forgery is kept out by the signature around it, not by this layer.
 */
import { createCipheriv, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'

export const gateKeyBytes = 32
export const nonceBytes = 12
const subkeyBytes = 32
const counterStart = Buffer.alloc(4)

/** What a gate key becomes before it is used: one key for each purpose. */
export interface ConcealKeys {
  mac: Uint8Array
  cipher: Uint8Array
}

export function concealKeys(gateKey: Uint8Array): ConcealKeys {
  if (gateKey.length !== gateKeyBytes) {
    throw new RangeError(`A gate key has ${gateKeyBytes} bytes, not ${gateKey.length}`)
  }
  const subkey = (info: string) =>
    new Uint8Array(
      hkdfSync('sha256', gateKey, new Uint8Array(), `rowlock ticket code 1 ${info}`, subkeyBytes),
    )
  return { mac: subkey('nonce'), cipher: subkey('cipher') }
}

/** Nonce, then as many bytes as the payload has. `context` must be the same to reveal it. */
export function conceal(payload: Uint8Array, context: Uint8Array, keys: ConcealKeys): Uint8Array {
  const nonce = nonceOf(payload, context, keys)
  return Buffer.concat([nonce, keystream(payload, nonce, keys)])
}

/** Null when it was not concealed with these keys and this context. */
export function reveal(concealed: Uint8Array, context: Uint8Array, keys: ConcealKeys): Uint8Array | null {
  const nonce = concealed.subarray(0, nonceBytes)
  const payload = keystream(concealed.subarray(nonceBytes), nonce, keys)
  return timingSafeEqual(nonceOf(payload, context, keys), nonce) ? payload : null
}

function nonceOf(payload: Uint8Array, context: Uint8Array, { mac }: ConcealKeys): Uint8Array {
  return createHmac('sha256', mac).update(context).update(payload).digest().subarray(0, nonceBytes)
}

function keystream(text: Uint8Array, nonce: Uint8Array, { cipher }: ConcealKeys): Uint8Array {
  const counter = Buffer.concat([nonce, counterStart])
  return createCipheriv('aes-256-ctr', cipher, counter).update(text)
}
