/** A Redis server of one's own for each test file, which can be killed and started again. */
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { inject } from 'vitest'
import { startRedis } from '../../src/embedded/index.ts'

export interface FreshRedis {
  /** Stays the same over kills and restarts. */
  url: string
  port: number
  pid(): number
  stop(): Promise<void>
  /** kill -9. */
  kill(): Promise<void>
  /** Brings an empty server up on the same port. */
  start(): Promise<void>
  /** kill -9 and start. */
  restart(): Promise<void>
}

export async function freshRedis(): Promise<FreshRedis> {
  const dataDir = mkdtempSync(join(inject('runFolder'), 'redis-'))
  const log = () => {}
  let server = await startRedis({ dataDir, log })
  const { url, port } = server
  const start = async () => {
    server = await startRedis({ dataDir, port, log })
  }
  return {
    url,
    port,
    pid: () => server.pid,
    start,
    kill: () => server.kill(),
    async restart() {
      await server.kill()
      await start()
    },
    async stop() {
      await server.stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}
