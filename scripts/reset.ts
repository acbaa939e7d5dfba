/** `npm run reset`: removes all data of this project, so that the next start begins anew. Refuses while it runs. */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { commandLine, discardData, EmbeddedFailure } from '../src/embedded/index.ts'

const dataDir = resolve('.data')

try {
  await reset()
} catch (error) {
  const refused = error instanceof EmbeddedFailure || (error instanceof Error && 'syscall' in error)
  if (!refused) throw error
  console.error(`Nothing more was removed. ${error.message}`)
  process.exitCode = 1
}

async function reset(): Promise<void> {
  refuseWhileRunning()
  const removed = [
    ...(await discardData(join(dataDir, 'postgres'))),
    ...(await discardData(join(dataDir, 'redis'))),
    ...removeTheRest(),
  ]
  for (const path of removed) console.log(`removed  ${path}`)
  console.log(
    removed.length > 0
      ? 'The next `npm start` begins with new, empty servers.'
      : `${dataDir} holds no data: nothing to do.`,
  )
  for (const name of ['DATABASE_URL', 'REDIS_URL']) {
    if (process.env[name]) console.log(`kept     what ${name} names: it is not this project's to empty.`)
  }
}

/** With servers of one's own there is no embedded one to notice that Rowlock runs. */
function refuseWhileRunning(): void {
  const note = join(dataDir, 'running.json')
  if (!existsSync(note)) return
  const pid = Number(/"pid":\s*(\d+)/.exec(readFileSync(note, 'utf8'))?.[1])
  const command = pid > 0 ? commandLine(pid) : null
  if (command?.includes('start')) {
    throw new EmbeddedFailure(
      `Rowlock is running as process ${pid}. Stop it first, with Ctrl-C or \`kill ${pid}\`.`,
    )
  }
}

function removeTheRest(): string[] {
  if (!existsSync(dataDir)) return []
  const rest = readdirSync(dataDir).map((name) => join(dataDir, name))
  for (const path of rest) rmSync(path, { recursive: true })
  return rest
}
