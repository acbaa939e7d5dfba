/**
 * A process that owns embedded servers: starts those that argv names below the given folder (`hasty` ones wait for no
 * disk), says so in one line of JSON, and then lives on until a line on its standard input tells it what to do, or it
 * is killed.
 */
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type EmbeddedServer, startPostgres, startRedis } from '../../src/embedded/index.ts'

const [folder = '', ...names] = process.argv.slice(2)
const log = (line: string) => console.error(line)
const servers: Record<string, EmbeddedServer> = {}

process.on('SIGINT', () => console.log('interrupted'))

try {
  if (names.includes('postgres')) {
    const settings: Record<string, string> = names.includes('hasty') ? { fsync: 'off' } : {}
    servers.postgres = await startPostgres({ dataDir: join(folder, 'postgres'), log, settings })
  }
  if (names.includes('redis')) {
    servers.redis = await startRedis({ dataDir: join(folder, 'redis'), log, persist: true })
  }
} catch (error) {
  console.log(JSON.stringify({ failure: (error as Error).name, message: (error as Error).message }))
  process.exit(1)
}
console.log(JSON.stringify(servers))

for await (const command of createInterface(process.stdin)) {
  if (command === 'stop') break
  if (command === 'leave') process.exit(0)
  if (command === 'crash') throw new Error('as asked')
}
for (const server of Object.values(servers)) await server.stop()
process.exit(0)
