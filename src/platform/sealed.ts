/**
 * Values that rest encrypted: AES-256-GCM under a named key, bound to where they stand, so that a value moved to another
 * row does not open. The first key seals, all of them open: that is how keys are rotated.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

export interface SealingKey {
  /** Letters, digits, - and _. */
  id: string
  /** 32 bytes. */
  secret: Buffer
}

export interface Sealer {
  readonly currentKeyId: string
  /** `context` says where the value stands: "payment.method:<id>". The same is needed to open it. */
  seal(plain: string, context: string): string
  /** Throws NotSealed for what was not sealed by these keys for this place. */
  open(sealed: string, context: string): string
  keyIdOf(sealed: string): string
}

/** A column of sealed values, told by the room that seals them. */
export interface SealedColumn {
  what: string
  table: string
  idColumn: string
  idType: 'uuid' | 'text'
  column: string
  contextOf(id: string): string
}

/** The value was changed, moved, cut, or sealed with a key that is not there. It says nothing of the value. */
export class NotSealed extends Error {
  constructor(why: string) {
    super(`A sealed value does not open: ${why}.`)
  }
}

const version = 'v1'
const ivBytes = 12
const tagBytes = 16

export function createSealer(keys: readonly SealingKey[]): Sealer {
  const byId = new Map(keys.map((key) => [key.id, key]))
  const [current] = keys
  if (!current || byId.size !== keys.length)
    throw new Error('Expected at least one key, each with an id of its own')
  for (const { id, secret } of keys) {
    if (secret.length !== 32) throw new Error(`Key ${id} has ${secret.length} bytes, expected 32`)
  }
  return {
    currentKeyId: current.id,
    seal(plain, context) {
      const iv = randomBytes(ivBytes)
      const cipher = createCipheriv('aes-256-gcm', current.secret, iv)
      cipher.setAAD(boundTo(current.id, context))
      const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()])
      return [version, current.id, iv.toString('base64url'), body.toString('base64url')].join('.')
    },
    open(sealed, context) {
      const { keyId, iv, body } = partsOf(sealed)
      const key = byId.get(keyId)
      if (!key) throw new NotSealed(`there is no key ${keyId}`)
      const decipher = createDecipheriv('aes-256-gcm', key.secret, iv, { authTagLength: tagBytes })
      decipher.setAAD(boundTo(keyId, context))
      decipher.setAuthTag(body.subarray(-tagBytes))
      try {
        return Buffer.concat([decipher.update(body.subarray(0, -tagBytes)), decipher.final()]).toString(
          'utf8',
        )
      } catch {
        throw new NotSealed('it was changed, or belongs to another place')
      }
    },
    keyIdOf: (sealed) => partsOf(sealed).keyId,
  }
}

const boundTo = (keyId: string, context: string) => Buffer.from(`${version}.${keyId}.${context}`)

function partsOf(sealed: string): { keyId: string; iv: Buffer; body: Buffer } {
  const [, keyId = '', iv = '', body = ''] =
    /^v1\.([\w-]{1,40})\.([\w-]{16})\.([\w-]{22,})$/.exec(sealed) ?? []
  if (keyId === '') throw new NotSealed('it is not of this form')
  return { keyId, iv: Buffer.from(iv, 'base64url'), body: Buffer.from(body, 'base64url') }
}

/** Reads `new:<base64>,old:<base64>`: ids with 32 bytes each, the sealing key first. Throws with what was expected. */
export function readSealingKeys(text: string): SealingKey[] {
  const keys = text.split(',').map((part) => {
    const [, id = '', base64 = ''] = /^\s*([\w-]{1,40}):([A-Za-z0-9+/_-]+=*)\s*$/.exec(part) ?? []
    return { id, secret: Buffer.from(base64, 'base64') }
  })
  const ids = new Set(keys.map(({ id }) => id))
  if (keys.some(({ id, secret }) => id === '' || secret.length !== 32) || ids.size !== keys.length) {
    throw new Error('expected ID:BASE64 with 32 bytes each, comma-separated, each id once, the newest first')
  }
  return keys
}
