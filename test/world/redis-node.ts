/** One Redis server, or sentinel, with settings of its own: what clusters and sentinels are made of. It keeps no data. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { inject } from 'vitest'
import { withPort } from '../../src/embedded/free-port.ts'
import { findRedis } from '../../src/embedded/index.ts'
import { startServer } from '../../src/embedded/server-process.ts'

export const nodePassword = 'only the tests know it'

export interface RedisNode {
  port: number
  /** Asks this node alone. */
  client: Redis
  pid(): number
  /** kill -9. */
  kill(): Promise<void>
  /** On the same port, empty; a node of a cluster keeps its name and slots. */
  start(): Promise<void>
  stop(): Promise<void>
}

/** `settings` are lines of the configuration file, made for the port. */
export async function startRedisNode(
  settings: (port: number) => string[],
  { sentinel = false } = {},
): Promise<RedisNode> {
  const binary = await findRedis(() => {})
  const folder = mkdtempSync(join(inject('runFolder'), 'redis-node-'))
  mkdirSync(join(folder, 'data'))
  const file = join(folder, 'redis.conf')

  const run = (port: number) => {
    const common = ['bind 127.0.0.1', `port ${port}`, `dir ${join(folder, 'data')}`, 'daemonize no']
    const data = [
      ...[`requirepass "${nodePassword}"`, `masterauth "${nodePassword}"`],
      ...['appendonly no', 'save ""', 'repl-diskless-sync-delay 0'],
    ]
    writeFileSync(file, [...common, ...(sentinel ? [] : data), ...settings(port), ''].join('\n'))
    return startServer({
      name: 'Redis',
      program: {
        command: binary.command,
        args: [file, ...(sentinel ? ['--sentinel'] : [])],
        env: { PATH: process.env.PATH ?? '', ...binary.env },
        pidFile: join(folder, 'pid'),
        stopSignal: 'SIGTERM',
        stopMsMax: 5_000,
      },
      logFile: join(folder, 'redis.log'),
      readyLine: sentinel ? /Sentinel ID is/ : /Ready to accept connections/,
      startMsMax: 20_000,
    })
  }

  let { server, port } = await withPort(undefined, async (port) => ({ server: await run(port), port }))
  const client = new Redis({
    ...{ host: '127.0.0.1', port, retryStrategy: () => 50 },
    ...(!sentinel && { password: nodePassword }),
  })
  client.on('error', () => {})
  return {
    port,
    client,
    pid: () => server.pid,
    kill: () => server.kill(),
    async start() {
      server = await run(port)
    },
    async stop() {
      client.disconnect()
      await server.kill()
    },
  }
}
