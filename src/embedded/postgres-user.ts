/**
 * PostgreSQL refuses to run as root, so root lends it an unprivileged user that the system already has. Nothing in the
 * system is changed. That user must be able to reach the binaries and the data; where the project lies under a closed
 * folder (/root is one), copies of both live under /var/tmp instead.
 */
import { createHash } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { dirname, join } from 'node:path'

export interface SystemUser {
  uid: number
  gid: number
}

/** undefined: we are not root, and run it as ourselves. */
export function postgresUser(): SystemUser | undefined {
  if (process.getuid?.() !== 0) return undefined
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
  const account =
    accounts.find(([name]) => name === 'postgres') ?? accounts.find(([name]) => name === 'nobody')
  if (!account)
    throw new Error('PostgreSQL cannot run as root, and this system has neither a user postgres nor nobody.')
  return { uid: Number(account[2]), gid: Number(account[3]) }
}

export function reachableByOthers(path: string): boolean {
  for (let at = path; ; at = dirname(at)) {
    if (existsSync(at) && statSync(at).isDirectory() && (statSync(at).mode & 0o001) === 0) return false
    if (at === dirname(at)) return true
  }
}

/** Where the files of this project live that another user must reach. */
export function sharedHome(projectDir: string): string {
  return join('/var/tmp', `rowlock-${createHash('sha256').update(projectDir).digest('hex').slice(0, 12)}`)
}

/** The folder of the PostgreSQL binaries, copied where the user can reach them if need be. */
export function reachableBinaries(nativeDir: string, user: SystemUser | undefined): string {
  if (!user || reachableByOthers(nativeDir)) return nativeDir
  const copy = join(sharedHome(nativeDir), 'postgres')
  if (!existsSync(copy)) {
    const partial = `${copy}.${process.pid}`
    mkdirSync(dirname(copy), { recursive: true, mode: 0o755 })
    cpSync(nativeDir, partial, { recursive: true, verbatimSymlinks: true })
    try {
      renameSync(partial, copy)
    } catch (error) {
      // Another start was faster; its copy is as good.
      rmSync(partial, { recursive: true, force: true })
      if (!existsSync(copy)) throw error
    }
  }
  return copy
}

/** The data folder itself, or one that the user can reach. */
export function reachableData(dataDir: string, user: SystemUser | undefined): string {
  if (!user || reachableByOthers(dirname(dataDir))) return dataDir
  return join(sharedHome(dataDir), 'data')
}

export function ownFolder(dir: string, user: SystemUser | undefined): void {
  mkdirSync(dirname(dir), { recursive: true, mode: 0o755 })
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  chmodSync(dir, 0o700)
  if (user) chownSync(dir, user.uid, user.gid)
}
