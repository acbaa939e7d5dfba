/** Makes a new, empty cluster. It appears under its name only when it is complete. */
import { once } from 'node:events'
import {
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { EmbeddedFailure } from './embedded-failures.ts'
import { embeddedLimits } from './embedded-limits.ts'
import { spawnGuarded } from './guard.ts'
import { pidFileOf } from './hold-folder.ts'
import { lastWordsIn } from './last-words.ts'
import type { PostgresPlace } from './postgres-place.ts'

export async function initialiseCluster(
  place: PostgresPlace,
  dataDir: string,
  password: string,
  durable: boolean,
): Promise<void> {
  if (existsSync(place.cluster)) return
  const passwordFile = join(place.base, 'password.draft')
  rmSync(place.draft, { recursive: true, force: true })
  rmSync(passwordFile, { force: true })
  mkdirSync(place.draft, { mode: 0o700 })
  writeFileSync(passwordFile, password, { mode: 0o600 })
  if (place.account) {
    for (const path of [place.draft, passwordFile]) chownSync(path, place.account.uid, place.account.gid)
  }
  try {
    await runInitdb(place, dataDir, passwordFile, durable)
    renameSync(place.draft, place.cluster)
  } finally {
    rmSync(passwordFile, { force: true })
    rmSync(place.draft, { recursive: true, force: true })
  }
}

async function runInitdb(
  place: PostgresPlace,
  dataDir: string,
  passwordFile: string,
  durable: boolean,
): Promise<void> {
  const args = [
    `--pgdata=${place.draft}`,
    '--username=postgres',
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    // The password has 192 random bits, so stretching it would only slow down every connection.
    '--set=scram_iterations=1',
    '--encoding=UTF8',
    // The same order and the same folding on every machine, whatever locales it has.
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
  ]
  if (!durable) args.push('--no-sync')
  const logFile = join(dataDir, 'initdb.log')
  const log = openSync(logFile, 'w', 0o600)
  const initdb = spawnGuarded(
    {
      command: join(place.binaries, 'bin/initdb'),
      args,
      owner: place.account,
      pidFile: pidFileOf(place.base),
      stopSignal: 'SIGTERM',
      stopMsMax: embeddedLimits.stopMsMax,
    },
    log,
  )
  closeSync(log)
  const impatience = setTimeout(() => initdb.kill('SIGKILL'), embeddedLimits.initialiseMsMax)
  const [code, signal] = await once(initdb, 'exit')
  clearTimeout(impatience)
  if (code === 0) return
  throw new EmbeddedFailure(
    `PostgreSQL's initdb ended with ${signal ?? `exit code ${code}`}.${lastWordsIn(logFile)}`,
  )
}
