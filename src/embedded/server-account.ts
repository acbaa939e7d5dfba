/** The account PostgreSQL runs under: it refuses to run as root, so root lends it an unprivileged one that exists. */
import { spawnSync } from 'node:child_process'
import { EmbeddedFailure } from './embedded-failures.ts'
import type { ProgramOwner } from './guard.ts'

/** Undefined: the caller is no root, and its own account serves. */
export function serverAccount(): ProgramOwner | undefined {
  if (process.getuid?.() !== 0) return undefined
  for (const name of ['postgres', 'nobody']) {
    const uid = idOf('-u', name)
    const gid = idOf('-g', name)
    if (uid && gid) return { uid, gid }
  }
  throw new EmbeddedFailure(
    'PostgreSQL refuses to run as root, and neither of the accounts `postgres` and `nobody` exists here to lend it. ' +
      'Run Rowlock as an ordinary user, or set DATABASE_URL to a PostgreSQL of your own.',
  )
}

/** Asks the system, as that account, whether it can do something with a path: modes, ACLs and mounts all count. */
export function accountCan(account: ProgramOwner, test: '-x' | '-w' | '-r', path: string): boolean {
  return spawnSync('/usr/bin/env', ['test', test, path], { ...account, cwd: '/' }).status === 0
}

function idOf(flag: '-u' | '-g', name: string): number {
  const asked = spawnSync('id', [flag, name], { encoding: 'utf8' })
  return asked.status === 0 ? Number(asked.stdout) : 0
}
