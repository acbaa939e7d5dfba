/** Makes a new, empty cluster. It appears under its name only when it is complete. */
import { chownSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { embeddedLimits } from './embedded-limits.ts'
import { pidFileOf } from './hold-folder.ts'
import type { PostgresPlace } from './postgres-place.ts'
import { startServer } from './server-process.ts'

export async function initialiseCluster(
  place: PostgresPlace,
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
    await runInitdb(place, passwordFile, durable)
    renameSync(place.draft, place.cluster)
  } finally {
    rmSync(passwordFile, { force: true })
    rmSync(place.draft, { recursive: true, force: true })
  }
}

async function runInitdb(place: PostgresPlace, passwordFile: string, durable: boolean): Promise<void> {
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
  const initdb = await startServer({
    name: 'initdb',
    program: {
      command: join(place.binaries, 'bin/initdb'),
      args,
      owner: place.account,
      pidFile: pidFileOf(place.base),
      stopSignal: 'SIGTERM',
    },
    readyLine: /^Success\./,
    portTakenLine: /$^/,
    startMsMax: embeddedLimits.initialiseMsMax,
  })
  await initdb.ended
}
