/** Removes a server's folder and whatever lies elsewhere for it. Refuses while the folder is in use. */
import { existsSync, realpathSync, rmSync } from 'node:fs'
import { holdFolder, untilNoServerOn } from './hold-folder.ts'
import { discardElsewhere, elsewhereOf } from './postgres-elsewhere.ts'

/** Returns what was removed. */
export async function discardData(folder: string): Promise<string[]> {
  if (!existsSync(folder)) return []
  const dataDir = realpathSync(folder)
  const held = holdFolder(dataDir)
  try {
    await untilNoServerOn(elsewhereOf(dataDir) ?? dataDir)
    const removed = [...discardElsewhere(dataDir), dataDir]
    rmSync(dataDir, { recursive: true })
    return removed
  } finally {
    held.release()
  }
}
