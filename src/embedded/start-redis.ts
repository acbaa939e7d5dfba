/**
 * Redis with nothing to set up, on 127.0.0.1 only, and never outliving this process. Keeping its data is a choice:
 * an append-only file written every second and an hourly snapshot, or nothing at all.
 */
import { mkdirSync, realpathSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { explained } from './embedded-failures.ts'
import { embeddedLimits } from './embedded-limits.ts'
import { findRedis } from './find-redis.ts'
import { withPort } from './free-port.ts'
import { holdFolder, pidFileOf, untilNoServerOn } from './hold-folder.ts'
import { passwordOf } from './password-file.ts'
import type { RedisBinary } from './redis-version.ts'
import { type ServerProcess, startServer } from './server-process.ts'
import type { EmbeddedServer } from './start-postgres.ts'

export interface RedisStart {
  dataDir: string
  /** Any free one by default. */
  port?: number
  log: (line: string) => void
  /** Whether the data survives a restart. */
  persist?: boolean
}

export async function startRedis(start: RedisStart): Promise<EmbeddedServer> {
  const binary = await findRedis(start.log)
  const held = holdFolder(start.dataDir)
  try {
    const dataDir = realpathSync(start.dataDir)
    await untilNoServerOn(dataDir)
    const password = passwordOf(dataDir)
    const server = await withPort(start.port, async (port) => {
      const file = join(dataDir, 'redis.conf')
      writeFileSync(file, configuration({ dataDir, port, password, persist: start.persist ?? false }), {
        mode: 0o600,
      })
      const running = await runRedis(binary, dataDir, file)
      return { ...running, url: `redis://:${password}@127.0.0.1:${port}`, port }
    })
    server.ended.then(held.release)
    return server
  } catch (error) {
    held.release()
    throw explained(error, 'Redis could not be started')
  }
}

async function runRedis(binary: RedisBinary, dataDir: string, file: string): Promise<ServerProcess> {
  return await startServer({
    name: 'Redis',
    program: {
      command: binary.command,
      args: [file],
      env: { PATH: process.env.PATH ?? '', ...binary.env },
      pidFile: pidFileOf(dataDir),
      stopSignal: 'SIGTERM',
      stopMsMax: embeddedLimits.stopMsMax,
    },
    logFile: join(dataDir, 'redis.log'),
    readyLine: /Ready to accept connections/,
    startMsMax: embeddedLimits.redisStartMsMax,
  })
}

function configuration(options: {
  dataDir: string
  port: number
  password: string
  persist: boolean
}): string {
  const folder = join(options.dataDir, 'data')
  mkdirSync(folder, { recursive: true })
  return [
    'bind 127.0.0.1',
    `port ${options.port}`,
    `requirepass ${options.password}`,
    `dir ${JSON.stringify(folder)}`,
    'daemonize no',
    'supervised no',
    // The command line is how the next start tells this server from another process with its id.
    'set-proc-title no',
    // Evicting a key would forget a lock; refusing to write is an error that is seen.
    'maxmemory-policy noeviction',
    ...(options.persist
      ? ['appendonly yes', 'appendfsync everysec', 'save 3600 1']
      : ['appendonly no', 'save ""']),
    '',
  ].join('\n')
}
