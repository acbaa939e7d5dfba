/**
 * Finds a Redis of at least 7.0: one on the PATH, else Debian's or Ubuntu's own packages, downloaded and unpacked into
 * a cache without root and without touching the system.
 */
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

export interface RedisBinary {
  command: string
  version: string
  /** Where its shared libraries are, if not in the system. */
  libraryPath: string | null
  origin: 'path' | 'package'
}

const run = promisify(execFile)
const packages = [
  'redis-server',
  'redis-tools',
  'liblua5.1-0',
  'liblzf1',
  'lua-cjson',
  'lua-bitop',
  'libjemalloc2',
]
const cacheDir = new URL('../../node_modules/.cache/rowlock/', import.meta.url).pathname
const unpackedDir = join(cacheDir, 'redis')

export async function findRedis(log: (line: string) => void): Promise<RedisBinary> {
  for (const command of ['redis-server', 'valkey-server']) {
    const version = await versionOf(command, null)
    if (version && Number(version.split('.')[0]) >= 7)
      return { command, version, libraryPath: null, origin: 'path' }
  }
  return (await unpacked()) ?? (await download(log))
}

async function versionOf(command: string, libraryPath: string | null): Promise<string | null> {
  try {
    const env = libraryPath ? { ...process.env, LD_LIBRARY_PATH: libraryPath } : process.env
    const { stdout } = await run(command, ['--version'], { env })
    return /v=(\d+\.\d+\.\d+)/.exec(stdout)?.[1] ?? null
  } catch {
    return null
  }
}

async function unpacked(): Promise<RedisBinary | null> {
  const command = join(unpackedDir, 'usr/bin/redis-server')
  if (!existsSync(command)) return null
  const libraryPath = libraryPathOf(unpackedDir)
  const version = await versionOf(command, libraryPath)
  return version ? { command, version, libraryPath, origin: 'package' } : null
}

function libraryPathOf(root: string): string {
  const folders = new Set<string>()
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    if (/\.so(\.|$)/.test(entry.name)) folders.add(entry.parentPath)
  }
  return [...folders].join(':')
}

async function download(log: (line: string) => void): Promise<RedisBinary> {
  log('Fetching Redis from the system`s package source (once, about 2 MB)')
  mkdirSync(cacheDir, { recursive: true })
  const work = mkdtempSync(join(cacheDir, 'redis-download-'))
  try {
    await fetchPackages(work)
    const root = join(work, 'root')
    for (const file of readdirSync(work).filter((name) => name.endsWith('.deb'))) {
      await run('dpkg', ['-x', join(work, file), root])
    }
    rmSync(unpackedDir, { recursive: true, force: true })
    // Of two at once the first wins; the other one's rename fails and its copy is thrown away.
    try {
      renameSync(root, unpackedDir)
    } catch (error) {
      if (!existsSync(unpackedDir)) throw error
    }
  } catch (error) {
    throw new Error(
      `No Redis 7.0 or newer was found, and it could not be fetched (${firstLine(error)}). ` +
        'Install one (Debian, Ubuntu: `apt-get install redis-server`; macOS: `brew install redis`) or set REDIS_URL.',
    )
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
  const redis = await unpacked()
  if (!redis)
    throw new Error(
      'The unpacked Redis does not run here. Install redis-server 7.0 or newer, or set REDIS_URL.',
    )
  return redis
}

async function fetchPackages(work: string): Promise<void> {
  for (const folder of ['lists/partial', 'cache/archives/partial'])
    mkdirSync(join(work, folder), { recursive: true })
  const own = [
    ...['-o', `Dir::State::lists=${work}/lists`, '-o', `Dir::Cache=${work}/cache`],
    ...['-o', 'Debug::NoLocking=1', '-o', 'APT::Sandbox::User=', '-qq'],
  ]
  await run('apt-get', [...own, 'update'], { cwd: work, timeout: 120_000 })
  await run('apt-get', [...own, 'download', ...packages], { cwd: work, timeout: 120_000 })
}

const firstLine = (error: unknown) => (error instanceof Error ? error.message : String(error)).split('\n')[0]
