/** Secrets of this clone, made when they are first needed and kept, so that tokens, locks and data survive a restart. */
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const make: Record<string, () => string> = {
  ID_SECRET: () => randomBytes(32).toString('base64url'),
  GUEST_TOKEN_SECRET: () => randomBytes(32).toString('base64url'),
  DATA_KEYS: () => `local:${randomBytes(32).toString('base64')}`,
}

export function localSecrets(dataDir: string): Record<string, string> {
  const file = join(dataDir, 'secrets.json')
  const known: Record<string, string> = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}
  const missing = Object.entries(make).filter(([name]) => !known[name])
  if (missing.length === 0) return known
  const secrets = { ...known, ...Object.fromEntries(missing.map(([name, secret]) => [name, secret()])) }
  mkdirSync(dataDir, { recursive: true, mode: 0o711 })
  writeFileSync(file, JSON.stringify(secrets), { mode: 0o600 })
  return secrets
}
