/**
 * The servers listen on loopback only, but so does every account of the machine: each folder has a password of its
 * own, made once and readable by its owner alone.
 */
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export function passwordOf(folder: string): string {
  const file = join(folder, 'password')
  if (!existsSync(file)) {
    // Written beside and renamed: a power cut must not leave an empty password behind.
    writeFileSync(`${file}.new`, randomBytes(24).toString('base64url'), { mode: 0o600 })
    renameSync(`${file}.new`, file)
  }
  return readFileSync(file, 'utf8')
}
