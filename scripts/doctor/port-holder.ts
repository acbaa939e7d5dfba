/** Which process listens on a TCP port, as far as this account may see. */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { commandLine } from '../../src/embedded/index.ts'

export interface PortHolder {
  pid: number
  command: string
}

export function holderOfPort(port: number): PortHolder | null {
  const pid = existsSync('/proc/net/tcp') ? pidFromProc(port) : pidFromLsof(port)
  return pid ? { pid, command: commandLine(pid) ?? 'unknown command' } : null
}

/** A line of /proc/net/tcp has the local address in its second field, the state in its fourth, the inode in its tenth. */
function pidFromProc(port: number): number | null {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  const inodes = ['/proc/net/tcp', '/proc/net/tcp6']
    .filter((file) => existsSync(file))
    .flatMap((file) => readFileSync(file, 'utf8').split('\n'))
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local, , state]) => local?.endsWith(suffix) && state === '0A')
    .map((fields) => `socket:[${fields[9]}]`)
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return Number(pids.find((pid) => openFilesOf(pid).some((file) => inodes.includes(file)))) || null
}

function openFilesOf(pid: string): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((fd) => linkOr(`/proc/${pid}/fd/${fd}`))
  } catch {
    return []
  }
}

function linkOr(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}

function pidFromLsof(port: number): number | null {
  const asked = spawnSync('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-t'], { encoding: 'utf8' })
  return Number(asked.stdout?.split('\n')[0]) || null
}
