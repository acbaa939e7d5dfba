/** Folders in which an unpacked Redis is kept: the project's own cache, else the user's, else a private one in /tmp. */
import { accessSync, constants, lstatSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { birthMark } from './living-process.ts'

const projectCache = fileURLToPath(new URL('../../node_modules/.cache/rowlock', import.meta.url))

/** In order of choice. A program is only ever run from a folder that nobody else could have filled. */
export function trustedCaches(): string[] {
  return allCaches().filter(isTrusted)
}

/** The first folder that can be written, made if need be. */
export function writableCache(): string | null {
  for (const folder of allCaches()) {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o755 })
      accessSync(folder, constants.W_OK)
      if (isTrusted(folder)) return folder
    } catch {
      // The next one may do.
    }
  }
  return null
}

/** A part is named after the process that makes it; one whose process died is finished by nobody. */
export const partPrefix = () => `part-${process.pid}-`

export function removeAbandonedParts(cache: string): void {
  for (const name of readdirSync(cache)) {
    const pid = /^part-(\d+)-/.exec(name)?.[1]
    if (pid && birthMark(Number(pid)) === null) rmSync(join(cache, name), { recursive: true, force: true })
  }
}

function allCaches(): string[] {
  return [
    projectCache,
    join(homedir(), '.cache/rowlock'),
    join(tmpdir(), `rowlock-cache-${process.getuid?.() ?? 'user'}`),
  ]
}

function isTrusted(folder: string): boolean {
  const found = lstatSync(folder, { throwIfNoEntry: false })
  if (!found?.isDirectory() || (found.mode & 0o022) !== 0) return false
  return folder === projectCache || found.uid === process.getuid?.()
}
