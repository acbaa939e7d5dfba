/**
 * Redis from the packages of Debian and Ubuntu, without root and without touching the system: apt works on lists and
 * caches of its own, checks the signatures as always, and the packages are unpacked, not installed. What is complete
 * gets its name in one step, so any number of processes may do this at once.
 */
import { spawn } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { aptConfiguration } from './apt-configuration.ts'
import { EmbeddedFailure } from './embedded-failures.ts'
import { embeddedLimits } from './embedded-limits.ts'
import { systemName } from './redis-advice.ts'
import { partPrefix, removeAbandonedParts, trustedCaches, writableCache } from './redis-cache.ts'
import { isNewEnough, type RedisBinary, redisBinary } from './redis-version.ts'

export function unpackedRedis(): RedisBinary | null {
  for (const cache of trustedCaches()) {
    const found = binaryIn(join(cache, packageName()))
    if (found) return found
  }
  return null
}

export async function downloadRedis(log: (line: string) => void): Promise<RedisBinary> {
  const cache = writableCache()
  if (!cache) throw new EmbeddedFailure('no folder could be written to keep the downloaded package in.')
  removeAbandonedParts(cache)
  const work = mkdtempSync(join(cache, partPrefix()))
  try {
    const configuration = aptConfiguration(work)
    if (!configuration) throw new EmbeddedFailure('this system has no apt to download it with.')
    writeFileSync(join(work, 'apt.conf'), configuration)
    log('Downloading Redis from the package source of this system (about 12 MB, once) ...')
    const tree = await unpack(work, await download(work))
    const target = join(cache, packageName())
    replace(tree, target)
    const redis = binaryIn(target)
    if (!redis) throw new EmbeddedFailure(`what was unpacked in ${target} does not run.`)
    log(`Redis ${redis.version} is ready in ${target}`)
    return redis
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

async function download(work: string): Promise<string[]> {
  const env = {
    ...process.env,
    APT_CONFIG: join(work, 'apt.conf'),
    LC_ALL: 'C',
    DEBIAN_FRONTEND: 'noninteractive',
  }
  // A source that is away does not matter while another one has the package, so only the second step decides.
  const updated = await run('apt-get', ['-q', 'update'], env)
  const fetched = await run(
    'apt-get',
    ['-q', '-y', '--download-only', '--no-install-recommends', 'install', 'redis-server'],
    env,
  )
  const archives = join(work, 'cache/archives')
  const packages = readdirSync(archives).filter((name) => name.endsWith('.deb'))
  if (fetched.code !== 0 || !packages.some((name) => name.startsWith('redis-server_'))) {
    throw new EmbeddedFailure(`apt could not download redis-server: ${complaintsOf(updated, fetched)}.`)
  }
  return packages.map((name) => join(archives, name))
}

async function unpack(work: string, packages: string[]): Promise<string> {
  const tree = join(work, 'tree')
  mkdirSync(tree, { mode: 0o755 })
  for (const file of packages) {
    const unpacked = await run('dpkg', ['-x', file, tree], process.env)
    if (unpacked.code !== 0) throw new EmbeddedFailure(`dpkg could not unpack it: ${complaintsOf(unpacked)}.`)
  }
  const libraries = readdirSync(tree, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.so(\.|$)/.test(name),
  )
  writeFileSync(join(tree, 'library-path'), [...new Set(libraries.map((name) => dirname(name)))].join('\n'))
  const redis = binaryIn(tree)
  if (!redis) {
    const version = /redis-server_(?:\d+%3a)?([\d.]+)/.exec(packages.join(' '))?.[1]
    throw new EmbeddedFailure(
      `the package source of this system has Redis ${version}, which does not run here or is too old.`,
    )
  }
  return tree
}

/** Another process may have finished first; either result is good, and a broken older one gives way. */
function replace(tree: string, target: string): void {
  if (existsSync(target) && !binaryIn(target)) rmSync(target, { recursive: true, force: true })
  try {
    renameSync(tree, target)
  } catch (error) {
    if (!binaryIn(target)) throw error
  }
}

function binaryIn(tree: string): RedisBinary | null {
  const note = join(tree, 'library-path')
  if (!existsSync(note)) return null
  const libraries = readFileSync(note, 'utf8').split('\n').filter(Boolean)
  const path = libraries.map((name) => join(tree, name)).join(':')
  const found = redisBinary(join(tree, 'usr/bin/redis-server'), path === '' ? {} : { LD_LIBRARY_PATH: path })
  return found && isNewEnough(found.version) ? found : null
}

/** Programs of one system do not run on another that shares the folder. */
function packageName(): string {
  return `redis-${systemName().replaceAll(/[^a-z0-9.]+/g, '-')}-${process.arch}`
}

interface Ran {
  code: number | null
  output: string
}

function run(command: string, args: string[], env: NodeJS.ProcessEnv): Promise<Ran> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: embeddedLimits.downloadMsMax,
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output = (output + text).slice(-embeddedLimits.toolOutputCharsMax)
      })
    }
    child.once('error', (error) => resolve({ code: null, output: `E: ${error.message}` }))
    child.once('close', (code) => resolve({ code, output }))
  })
}

function complaintsOf(...runs: Ran[]): string {
  const lines = runs.flatMap(({ output }) => output.split('\n'))
  const complaints = lines.filter((line) => /^(E|Err)[:\s]/.test(line)).slice(0, 4)
  return complaints.join(' ') || lines.filter(Boolean).slice(-2).join(' ') || 'no reason was given'
}
