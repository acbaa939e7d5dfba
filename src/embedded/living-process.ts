/** Tells whether a process that a file names is still the same one: a process id alone is given out again. */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'

/** Differs between two processes that had the same id, also across a restart of the machine. Null: no such process. */
export function birthMark(pid: number): string | null {
  const [state, bornAt] = existsSync('/proc/self/stat') ? fromProc(pid) : fromPs(pid)
  // A process that ended stays listed until its parent takes notice, which in a container may be never.
  return state === undefined || bornAt === undefined || state.startsWith('Z') ? null : bornAt
}

/** The command a process was started with. Null: no such process. */
export function commandLine(pid: number): string | null {
  if (!existsSync('/proc/self/cmdline')) return ps(pid, ['command=']) || null
  return readOr(`/proc/${pid}/cmdline`, '').replaceAll('\0', ' ').trim() || null
}

function fromProc(pid: number): string[] {
  const stat = readOr(`/proc/${pid}/stat`, '')
  if (stat === '') return []
  // The command stands in brackets and may hold anything; after it the state comes first, the birth time 20th.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return [fields[0] ?? '', `${readOr('/proc/sys/kernel/random/boot_id', '').trim()} ${fields[19]}`]
}

function fromPs(pid: number): string[] {
  const [state, ...bornAt] = ps(pid, ['state=', 'lstart=']).split(/\s+/)
  return state ? [state, bornAt.join(' ')] : []
}

function ps(pid: number, columns: string[]): string {
  const args = [...columns.flatMap((column) => ['-o', column]), '-p', String(pid)]
  return spawnSync('ps', args, { encoding: 'utf8' }).stdout?.trim() ?? ''
}

function readOr(file: string, otherwise: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return otherwise
  }
}
