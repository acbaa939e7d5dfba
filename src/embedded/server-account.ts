/** The account that root lends PostgreSQL, which refuses to run as root: an unprivileged one that exists already. */
import { spawnSync } from 'node:child_process'
import { EmbeddedFailure } from './embedded-failures.ts'
import type { ProgramOwner } from './guard.ts'

export function lentAccount(): ProgramOwner {
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
export function accountCan(account: ProgramOwner, test: '-x' | '-r', path: string): boolean {
  return spawnSync('/usr/bin/env', ['test', test, path], { ...account, cwd: '/' }).status === 0
}

function idOf(flag: '-u' | '-g', name: string): number {
  const asked = spawnSync('id', [flag, name], { encoding: 'utf8' })
  return asked.status === 0 ? Number(asked.stdout) : 0
}
