/**
 * The folder in which a test run keeps everything it makes. It goes with the run; what a killed run left is removed
 * by the next one.
 */
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { discardData, discardElsewhere } from '../../src/embedded/index.ts'

const name = /^rowlock-test-(\d+)-/

export async function makeRunFolder(): Promise<string> {
  await removeLeftovers()
  const folder = mkdtempSync(join(tmpdir(), `rowlock-test-${process.pid}-`))
  // PostgreSQL may run under another account, and must be able to pass.
  chmodSync(folder, 0o711)
  return folder
}

export async function removeRunFolder(folder: string): Promise<void> {
  await discardData(join(folder, 'postgres'))
  rmSync(folder, { recursive: true, force: true })
}

/**
 * For a run that is interrupted: what can be done while the process exits, when nothing can be waited for. The next
 * run removes what this could not.
 */
export function abandonRunFolder(folder: string, serverPid: number | undefined): void {
  try {
    if (serverPid) process.kill(serverPid, 'SIGKILL')
    discardElsewhere(join(folder, 'postgres'))
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 })
  } catch {
    // Gone already, or still being written.
  }
}

async function removeLeftovers(): Promise<void> {
  for (const entry of readdirSync(tmpdir())) {
    const pid = name.exec(entry)?.[1]
    if (!pid || isAlive(Number(pid))) continue
    try {
      await removeRunFolder(join(tmpdir(), entry))
    } catch {
      // Another account's, or another run is removing it.
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
