/** A real Redis for trying, developing and testing. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { freePort, listening } from './free-port.ts'
import { startGuarded } from './guarded-process.ts'
import { findRedis } from './redis-binary.ts'

export interface EmbeddedRedis {
  url: string
  port: number
  pid: number
  ended: Promise<{ code: number | null }>
  stop(): Promise<void>
  kill(): Promise<void>
}

export interface EmbeddedRedisOptions {
  dataDir: string
  port?: number | undefined
  log: (line: string) => void
  /** Append-only file, flushed every second, and an hourly snapshot. Without it everything is gone at the end. */
  persist?: boolean
}

export async function startRedis(options: EmbeddedRedisOptions): Promise<EmbeddedRedis> {
  const redis = await findRedis(options.log)
  mkdirSync(options.dataDir, { recursive: true, mode: 0o700 })
  const port = options.port ?? (await freePort())
  const keep = options.persist
    ? ['--appendonly', 'yes', '--appendfsync', 'everysec', '--save', '3600 1']
    : ['--appendonly', 'no', '--save', '']
  const daemon = await startGuarded({
    command: redis.command,
    args: [
      '--bind',
      '127.0.0.1',
      '--port',
      String(port),
      '--dir',
      options.dataDir,
      '--daemonize',
      'no',
      ...keep,
    ],
    stopSignal: 'TERM',
    logFile: join(options.dataDir, 'redis.log'),
    ...(redis.libraryPath && { env: { ...process.env, LD_LIBRARY_PATH: redis.libraryPath } }),
  })
  if (!(await listening(port, daemon, 10_000))) {
    await daemon.stop()
    throw new Error(`Redis did not start; its output is in ${join(options.dataDir, 'redis.log')}`)
  }
  const { pid, ended, stop, kill } = daemon
  return { url: `redis://127.0.0.1:${port}`, port, pid, ended, stop, kill }
}
