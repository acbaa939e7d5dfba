/**
 * One process at a time owns a server's folder. The owner is named in the file `owner`, which appears whole or not
 * at all; an owner that died (a crash, a power cut) is recognised by its birth mark and does not block.
 */
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { EmbeddedFailure, FolderInUse } from './embedded-failures.ts'
import { embeddedLimits } from './embedded-limits.ts'
import { birthMark, commandLine } from './living-process.ts'

export interface HeldFolder {
  release(): void
}

export function holdFolder(folder: string): HeldFolder {
  const ownerFile = join(folder, 'owner')
  const draft = `${ownerFile}.${process.pid}.${process.hrtime.bigint()}`
  const mine = `${process.pid} ${birthMark(process.pid)}`
  makeFolder(folder)
  try {
    writeFileSync(draft, mine, { mode: 0o600 })
    // A link fails when the name exists, and shows a complete file when it does not.
    while (!happens(() => linkSync(draft, ownerFile), 'EEXIST')) {
      const owner = ownerOf(folder)
      if (owner) throw new FolderInUse(inUse(folder, owner))
      takeAway(ownerFile, `${draft}.stale`)
    }
  } catch (error) {
    throw error instanceof FolderInUse ? error : new EmbeddedFailure(unwritable(folder, error))
  } finally {
    rmSync(draft, { force: true })
  }
  return {
    release() {
      if (readOr(ownerFile, '') === mine) rmSync(ownerFile, { force: true })
    },
  }
}

/** The living process that owns the folder, or null. */
function ownerOf(folder: string): number | null {
  return livingOwner(join(folder, 'owner'))
}

/** Where a server's guard writes the server's process id. */
export const pidFileOf = (folder: string) => join(folder, 'server.pid')

/** The server that runs on the folder, or null. Its command line names the folder. */
function serverOn(folder: string): number | null {
  const pid = Number(readOr(pidFileOf(folder), ''))
  if (!Number.isInteger(pid) || pid <= 0) return null
  return commandLine(pid)?.includes(folder) ? pid : null
}

/** A server whose owner was killed is being ended by its guard; starting over it would only fail. */
export async function untilNoServerOn(folder: string): Promise<void> {
  const deadline = performance.now() + embeddedLimits.leftoverEndMsMax
  for (let pid = serverOn(folder); pid !== null; pid = serverOn(folder)) {
    if (performance.now() > deadline) throw new FolderInUse(inUse(folder, pid))
    await pause(embeddedLimits.leftoverPollMs)
  }
}

function inUse(folder: string, pid: number): string {
  return (
    `${folder} is in use by process ${pid} (${commandLine(pid) ?? 'unknown command'}). ` +
    `Stop that first, with Ctrl-C where it runs or with \`kill ${pid}\`.`
  )
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true })
  } catch (error) {
    throw new EmbeddedFailure(unwritable(folder, error))
  }
}

function unwritable(folder: string, error: unknown): string {
  return (
    `${folder} must be writable by this account, and is not: ${(error as Error).message}. ` +
    'If another account made it, run this one as that account or give it away with `sudo chown -R "$USER" .data`.'
  )
}

function livingOwner(ownerFile: string): number | null {
  const [pid = '', ...mark] = readOr(ownerFile, '').split(' ')
  return pid !== '' && birthMark(Number(pid)) === mark.join(' ') ? Number(pid) : null
}

/** Two starters may find the same dead owner, and the slower one may meet the faster one's new file. */
function takeAway(ownerFile: string, aside: string): void {
  if (!happens(() => renameSync(ownerFile, aside), 'ENOENT')) return
  if (livingOwner(aside)) happens(() => linkSync(aside, ownerFile), 'EEXIST')
  rmSync(aside, { force: true })
}

function happens(action: () => void, otherwiseCode: string): boolean {
  try {
    action()
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === otherwiseCode) return false
    throw error
  }
}

function readOr(file: string, otherwise: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return otherwise
  }
}
