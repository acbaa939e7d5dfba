/** A Redis server of one's own for each test file, that can be killed and started again. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type EmbeddedRedis, startRedis } from '../../src/embedded/index.ts'

export interface FreshRedis {
  url: string
  port: number
  pid(): number
  stop(): Promise<void>
  /** kill -9; start() brings an empty server up on the same port. */
  kill(): Promise<void>
  start(): Promise<void>
  restart(): Promise<void>
}

export async function freshRedis(): Promise<FreshRedis> {
  const dataDir = mkdtempSync(join(tmpdir(), 'rowlock-redis-'))
  let server: EmbeddedRedis = await startRedis({ dataDir, log() {} })
  const { url, port } = server
  const start = async () => {
    server = await startRedis({ dataDir, port, log() {} })
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
