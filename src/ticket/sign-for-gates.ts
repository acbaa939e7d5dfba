/**
 * What gates are handed is signed with the keys that make codes, under a purpose of its own, so that neither signature
 * can pass for the other. All live keys sign: a device that knows any of them can check what it is handed after the
 * keys were rotated.
 */
import type { CheckingKey } from './code-key.ts'
import { isSignedBy, signMessage } from './ed25519.ts'
import { haveActiveKey } from './move-keys.ts'
import type { Room } from './room.ts'

const purpose = Buffer.from('rowlock gate bundle 1\n')

export interface GateSignature {
  keyId: string
  signature: Uint8Array
}

/** At least one: the active key is made when there is none. */
export async function signForGates(room: Room, message: Uint8Array): Promise<GateSignature[]> {
  const signed = await signWithLiveKeys(room, message)
  if (signed.length > 0) return signed
  await haveActiveKey(room)
  return await signWithLiveKeys(room, message)
}

export function isSignedForGates(
  message: Uint8Array,
  signature: Uint8Array,
  { publicKey }: CheckingKey,
): boolean {
  return isSignedBy(Buffer.concat([purpose, message]), signature, publicKey)
}

async function signWithLiveKeys({ pool, keyRing, limits }: Room, message: Uint8Array) {
  const { rows } = await pool.query<{ id: string }>(
    `SELECT id FROM ticket_key WHERE state <> 'revoked' ORDER BY state, created_at DESC, id LIMIT $1`,
    [limits.gateSignaturesMax],
  )
  const keys = await keyRing.signingKeys(rows.map(({ id }) => id))
  const whole = Buffer.concat([purpose, message])
  return [...keys.values()].map(({ keyId, signingKey }) => ({
    keyId,
    signature: signMessage(whole, signingKey),
  }))
}
