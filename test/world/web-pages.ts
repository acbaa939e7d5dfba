/** The web pages as the server serves them, built from their present sources into the run's folder. */
import { join, resolve } from 'node:path'
import { build } from 'vite'
import { inject } from 'vitest'
import { onceInRun } from './once-in-run.ts'

/** Returns the folder, for `WEB_DIST`. */
export async function buildWebPages(): Promise<string> {
  return await onceInRun('web pages', async () => {
    const outDir = join(inject('runFolder'), 'web')
    await build({
      root: resolve(import.meta.dirname, '../../web'),
      logLevel: 'error',
      build: { outDir, emptyOutDir: true },
    })
    return outDir
  })
}
