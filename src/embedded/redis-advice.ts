/** The command that installs a Redis on the reader's system. */
import { readFileSync } from 'node:fs'

const commands: [RegExp, string][] = [
  [/debian|ubuntu/, '`sudo apt-get install redis-server`'],
  [/fedora|rhel|centos/, '`sudo dnf install valkey`'],
  [/alpine/, '`apk add redis`'],
  [/arch/, '`sudo pacman -S valkey`'],
  [/suse/, '`sudo zypper install redis`'],
  [/darwin/, '`brew install redis`'],
]

export function adviceForRedis(system = systemName()): string {
  const command = commands.find(([pattern]) => pattern.test(system))?.[1]
  return command ? `Install one with ${command}` : 'Install Redis or Valkey with your package manager'
}

/** The system's own id and what it descends from, in lower case. */
export function systemName(): string {
  if (process.platform === 'darwin') return 'darwin'
  try {
    const release = readFileSync('/etc/os-release', 'utf8')
    return [...release.matchAll(/^(?:ID|ID_LIKE)="?([^"\n]*)"?$/gm)].map((match) => match[1]).join(' ')
  } catch {
    return process.platform
  }
}
