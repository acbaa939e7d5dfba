/** Fixed keys and payloads of the tests, and a sealer that only binds to its context. */
import { createHash } from 'node:crypto'
import { makeKeySecrets, type SigningKey, signingKey } from '../../src/ticket/code-key.ts'
import type { CheckingKey, KeySealer, KeyStanding, TicketPayload } from '../../src/ticket/index.ts'

/** Bytes that follow from a name: the same key in every run. */
export function bytesOf(name: string): (count: number) => Uint8Array {
  let calls = 0
  return (count) => {
    calls += 1
    return createHash('sha512').update(`${name} ${calls}`).digest().subarray(0, count)
  }
}

export const secretsOf = (name: string) => makeKeySecrets(bytesOf(name))
export const keyOf = (name: string): SigningKey => signingKey(secretsOf(name))

export const ticket: TicketPayload = {
  ticketId: '0f1e2d3c-4b5a-8697-88a9-bacbdcedfe0f',
  showId: 4_711,
  seatNo: 1_203,
  generation: 1,
}

/** What a gate knows that holds these keys and no other. */
export function holding(...keys: CheckingKey[]): (keyId: string) => KeyStanding {
  const held = new Map(keys.map((key) => [key.keyId, key]))
  return (keyId) => {
    const key = held.get(keyId)
    return key ? { state: 'active', key } : { state: 'unknown' }
  }
}

/** Hides nothing and refuses another context: what the room relies on, without a cipher's cost. */
export const plainSealer: KeySealer = {
  seal: (plain, context) => JSON.stringify({ context, plain }),
  open(sealed, context) {
    const { plain, context: sealedFor } = JSON.parse(sealed) as { plain: string; context: string }
    if (sealedFor !== context) throw new Error(`Sealed for ${sealedFor}, not for ${context}`)
    return plain
  },
}
