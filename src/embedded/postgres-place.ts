/**
 * Decides where a cluster and the binaries that run it lie. An ordinary user has both where they belong: the cluster
 * in the data folder, the binaries in node_modules. Root lends PostgreSQL another account, which cannot enter a
 * private folder such as /root; then the cluster, and a copy of the binaries, lie elsewhere.
 */
import { chmodSync, chownSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ProgramOwner } from './guard.ts'
import { pidFileOf } from './hold-folder.ts'
import type { PostgresBinaries } from './postgres-binaries.ts'
import { elsewhereOf, makeElsewhere } from './postgres-elsewhere.ts'
import { reachableBinaries } from './reachable-binaries.ts'
import { accountCan, lentAccount } from './server-account.ts'

export interface PostgresPlace {
  /** Undefined: this process's own account runs the server. */
  account: ProgramOwner | undefined
  /** Holds the cluster: the data folder itself, or the place elsewhere. */
  base: string
  cluster: string
  /** A cluster in the making, which becomes the cluster when it is complete. */
  draft: string
  /** Holds bin, lib and share. */
  binaries: string
}

/** The caller holds the data folder. */
export function preparePlace(
  dataDir: string,
  binaries: PostgresBinaries,
  log: (line: string) => void,
): PostgresPlace {
  if (process.getuid?.() !== 0) return placeIn(dataDir, undefined, binaries.root)
  const account = ownerOf(join(elsewhereOf(dataDir) ?? dataDir, 'cluster')) ?? lentAccount()
  const base = elsewhereOf(dataDir) ?? reachableBase(dataDir, account, log)
  writeFileSync(pidFileOf(base), '', { flag: 'a' })
  chownSync(pidFileOf(base), account.uid, account.gid)
  return placeIn(base, account, reachableBinaries(base, binaries, account))
}

function placeIn(base: string, account: ProgramOwner | undefined, binaries: string): PostgresPlace {
  return { account, base, cluster: join(base, 'cluster'), draft: join(base, 'cluster.draft'), binaries }
}

/** A cluster that an ordinary user made goes on as that user's when root starts it. */
function ownerOf(cluster: string): ProgramOwner | null {
  const found = statSync(cluster, { throwIfNoEntry: false })
  return found && found.uid !== 0 ? { uid: found.uid, gid: found.gid } : null
}

function reachableBase(dataDir: string, account: ProgramOwner, log: (line: string) => void): string {
  // The account needs to pass through this folder; what is secret in it is closed file by file.
  chmodSync(dataDir, 0o711)
  if (accountCan(account, '-x', dataDir)) return dataDir
  const place = makeElsewhere(dataDir, account)
  log(`PostgreSQL must not run as root, and no other account can enter ${dataDir}: its data lies in ${place}`)
  return place
}
