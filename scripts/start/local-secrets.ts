/** Secrets of this clone, made on the first start and kept, so that tokens and locks survive a restart. */
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export function localSecrets(dataDir: string): Record<string, string> {
  const file = join(dataDir, 'secrets.json')
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'))
  const secret = () => randomBytes(32).toString('base64url')
  const secrets = { ID_SECRET: secret(), GUEST_TOKEN_SECRET: secret() }
  writeFileSync(file, JSON.stringify(secrets), { mode: 0o600 })
  return secrets
}
