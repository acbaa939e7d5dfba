/** The binaries themselves where the server's account can run them, else a copy of them that it can run. */
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { ProgramOwner } from './guard.ts'
import type { PostgresBinaries } from './postgres-binaries.ts'
import { accountCan } from './server-account.ts'

export function reachableBinaries(base: string, binaries: PostgresBinaries, account: ProgramOwner): string {
  if (runsAs(account, binaries.root)) return binaries.root
  const copy = join(base, `binaries-${binaries.version}`)
  if (!existsSync(copy)) copyBinaries(binaries.root, copy)
  return copy
}

function runsAs(account: ProgramOwner, root: string): boolean {
  const asked = spawnSync(join(root, 'bin/postgres'), ['--version'], {
    ...account,
    cwd: '/',
    stdio: 'ignore',
  })
  return asked.status === 0 && accountCan(account, '-r', join(root, 'share/postgresql/postgres.bki'))
}

function copyBinaries(from: string, to: string): void {
  const part = `${to}.part`
  rmSync(part, { recursive: true, force: true })
  // The static libraries serve compilers only.
  const filter = (file: string) => !file.endsWith('.a')
  cpSync(from, part, { recursive: true, verbatimSymlinks: true, filter })
  spawnSync('chmod', ['-R', 'a+rX', part])
  renameSync(part, to)
}
