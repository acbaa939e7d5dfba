/**
 * A place outside the project for the cluster of a project that lies in a private folder. The data folder's note
 * `elsewhere` names the place, and the place's note `belongs-to` names the data folder; both must agree, so that a
 * copied project never runs on, or deletes, the original's data.
 */
import { createHash } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { EmbeddedFailure } from './embedded-failures.ts'
import type { ProgramOwner } from './guard.ts'
import { accountCan } from './server-account.ts'

// /var/lib comes first: nobody but root can write there, and no clean-up of old temporary files looks into it.
const parents = ['/var/lib', '/var/tmp']

/** The place of this data folder, or null when its cluster lies in the data folder itself. */
export function elsewhereOf(dataDir: string): string | null {
  const note = join(dataDir, 'elsewhere')
  if (!existsSync(note)) return null
  const place = readFileSync(note, 'utf8')
  return belongsTo(place, dataDir) ? place : null
}

export function makeElsewhere(dataDir: string, account: ProgramOwner): string {
  removeOrphans(dataDir)
  for (const parent of parents) {
    const place = accountCan(account, '-x', parent) && tryToMake(join(parent, prefixOf(dataDir)))
    if (!place) continue
    chmodSync(place, 0o711)
    writeFileSync(join(place, 'belongs-to'), dataDir)
    writeFileSync(join(dataDir, 'elsewhere'), place)
    return place
  }
  throw new EmbeddedFailure(
    `PostgreSQL refuses to run as root, its account cannot enter ${dataDir}, and neither of ${parents.join(', ')} ` +
      'can hold its data instead. Put the project where every account can pass (`chmod o+x` on its parent folders), ' +
      'run it as an ordinary user, or set DATABASE_URL to a PostgreSQL of your own.',
  )
}

function tryToMake(prefix: string): string | null {
  try {
    return mkdtempSync(prefix)
  } catch {
    return null
  }
}

/** Removes everything that lies elsewhere for this data folder, and tells what that was. */
export function discardElsewhere(dataDir: string): string[] {
  const named = elsewhereOf(dataDir)
  if (named) rmSync(named, { recursive: true, force: true })
  return [...(named ? [named] : []), ...removeOrphans(dataDir)]
}

/** Removes what belongs to a data folder but is no longer named by it: somebody deleted the folder by hand. */
function removeOrphans(dataDir: string): string[] {
  const named = elsewhereOf(dataDir)
  const orphans = parents
    .flatMap((parent) => (existsSync(parent) ? readdirSync(parent).map((name) => join(parent, name)) : []))
    .filter(
      (place) => place.includes(`/${prefixOf(dataDir)}`) && place !== named && ownerNoteOf(place) === dataDir,
    )
  for (const place of orphans) rmSync(place, { recursive: true, force: true })
  return orphans
}

function belongsTo(place: string, dataDir: string): boolean {
  const owner = ownerNoteOf(place)
  if (owner === null || owner === dataDir) return owner === dataDir
  // A copied project starts with a cluster of its own; a moved one takes its cluster with it.
  if (existsSync(join(owner, 'elsewhere'))) return false
  writeFileSync(join(place, 'belongs-to'), dataDir)
  return true
}

/** Anybody may create names in /var/tmp, so only what is root's, and closed to other writers, is believed. */
function ownerNoteOf(place: string): string | null {
  const found = lstatSync(place, { throwIfNoEntry: false })
  if (!found?.isDirectory() || found.uid !== 0 || (found.mode & 0o022) !== 0) return null
  const note = join(place, 'belongs-to')
  return existsSync(note) ? readFileSync(note, 'utf8') : null
}

function prefixOf(dataDir: string): string {
  return `rowlock-${createHash('sha256').update(dataDir).digest('hex').slice(0, 12)}-`
}
