/**
 * Decides where a cluster and the binaries that run it lie. An ordinary user has both where they belong: the cluster
 * in the data folder, the binaries in node_modules. Root lends PostgreSQL another account, which cannot enter a
 * private folder such as /root; then the cluster, and a copy of the binaries, lie elsewhere.
 */
import { chmodSync, chownSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ProgramOwner } from './guard.ts'
import { pidFileOf } from './hold-folder.ts'
import type { PostgresBinaries } from './postgres-binaries.ts'
import { elsewhereOf, makeElsewhere } from './postgres-elsewhere.ts'
import { reachableBinaries } from './reachable-binaries.ts'
import { accountCan, serverAccount } from './server-account.ts'

export interface PostgresPlace {
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
  const account = serverAccount()
  const base = account ? reachableBase(dataDir, account, log) : dataDir
  const place = { account, base, cluster: join(base, 'cluster'), draft: join(base, 'cluster.draft') }
  if (!account) return { ...place, binaries: binaries.root }
  writeFileSync(pidFileOf(base), '', { flag: 'a' })
  chownSync(pidFileOf(base), account.uid, account.gid)
  return { ...place, binaries: reachableBinaries(base, binaries, account) }
}

function reachableBase(dataDir: string, account: ProgramOwner, log: (line: string) => void): string {
  const known = elsewhereOf(dataDir)
  if (known) return known
  // The account needs to pass through this folder; what is secret in it is closed file by file.
  chmodSync(dataDir, 0o711)
  if (accountCan(account, '-x', dataDir)) return dataDir
  const place = makeElsewhere(dataDir, account)
  log(`PostgreSQL must not run as root, and no other account can enter ${dataDir}: its data lies in ${place}.`)
  return place
}
