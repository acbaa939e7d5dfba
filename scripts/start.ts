/**
 * `npm start`: everything a newcomer needs, in one process tree. Starts PostgreSQL, Redis and the payment sandbox
 * (unless the environment names others), migrates, builds the web page, seeds, serves, and says what to open. Closes
 * them in the opposite order, also when the start fails half way.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Rowlock } from '../src/app.ts'
import { BadConfiguration } from '../src/config.ts'
import { EmbeddedFailure } from '../src/embedded/index.ts'
import { checkPort } from './doctor/port.ts'
import { checkPostgres } from './doctor/postgres.ts'
import { checkRedis } from './doctor/redis.ts'
import { printBox } from './start/box.ts'
import { localSecrets } from './start/local-secrets.ts'
import { startServers } from './start/servers.ts'
import { buildWebPage } from './start/web-build.ts'

class StartFailure extends Error {}

const dataDir = resolve('.data')
const closers: (() => Promise<void>)[] = []
const startedAt = performance.now()
const log = (line: string) => console.log(`  ${line}`)

let closing: Promise<void> | undefined

function closeAll(): Promise<void> {
  closing ??= (async () => {
    for (const close of closers.reverse()) await close().catch((error: unknown) => console.error(error))
  })()
  return closing
}

async function end(code: number): Promise<never> {
  await closeAll()
  process.exit(code)
}

process.on('SIGINT', () => {
  if (closing) process.exit(130)
  console.log('\n  Closing; once more to end at once')
  void end(0)
})
process.on('SIGTERM', () => void end(0))
process.on('SIGHUP', () => void end(0))

try {
  await start()
} catch (error) {
  // A signal during the start makes steps fail; its own ending is on the way.
  if (!closing) {
    console.error(
      `\n  Rowlock could not start.\n\n${explain(error)}\n\n  \`npm run doctor\` checks what it needs.\n`,
    )
    await end(1)
  }
}

async function start(): Promise<void> {
  console.log('\n  Rowlock\n')
  await refuseWhatCannotWork()
  // Searchable by others: as root, PostgreSQL runs as another user. Every secret in it is a file of mode 0600.
  mkdirSync(dataDir, { recursive: true, mode: 0o711 })
  const web = buildWebPage(log)
  web.catch(() => {})
  const servers = await startServers({
    dataDir,
    env: process.env,
    log,
    onStarted: (close) => closers.push(close),
  })
  const env = {
    NODE_ENV: 'development',
    DEV_ISSUER: process.env.JWKS_URL ? 'off' : 'on',
    DEV_ISSUER_KEY_FILE: resolve(dataDir, 'dev-issuer.json'),
    LOG_LEVEL: 'warn',
    ...(process.env.SMTP_URL ? {} : { MAIL_FOLDER: resolve(dataDir, 'mail') }),
    ...localSecrets(dataDir),
    ...process.env,
    ...servers.env,
  }
  // What `npm run rowlock` needs to reach this instance. Secrets are in it: readable by this user only.
  const runtimeFile = resolve(dataDir, 'running.json')
  writeFileSync(runtimeFile, JSON.stringify({ pid: process.pid, env: servers.env }), { mode: 0o600 })
  closers.push(async () => rmSync(runtimeFile, { force: true }))

  const { prepareDatabase } = await import('./start/prepare-database.ts')
  const { readConfig } = await import('../src/config.ts')
  const config = readConfig(env)
  await prepareDatabase(config, log)
  await web
  const { startRowlock } = await import('../src/app.ts')
  const rowlock: Rowlock = await startRowlock(config)
  closers.push(() => rowlock.close())
  for (const server of servers.embedded) {
    void server.ended.then(() => {
      if (closing) return
      console.error(`\n  ${server.name} ended by itself; its log is ${server.logFile}. Closing.`)
      void end(1)
    })
  }
  printBox({ url: `http://${config.host}:${rowlock.port}`, devIssuer: config.devIssuer !== null })
  log(
    `Ready in ${((performance.now() - startedAt) / 1000).toFixed(1)} s. Ctrl-C stops everything; data stays in .data/`,
  )
}

/** What the environment names is tried before anything is started, in the doctor's words. */
async function refuseWhatCannotWork(): Promise<void> {
  const { PORT, DATABASE_URL, REDIS_URL } = process.env
  const port = await checkPort(PORT)
  const named = [DATABASE_URL && checkPostgres(DATABASE_URL), REDIS_URL && checkRedis(REDIS_URL)]
  const findings = (await Promise.all(named)).flatMap((finding) => finding || [])
  const failed = findings.filter(({ outcome }) => outcome === 'failed')
  // Another Rowlock on the port is a warning to the doctor and the end of a start.
  if (port.outcome !== 'ok') failed.unshift(port)
  if (failed.length > 0) throw new StartFailure(failed.map(({ what, said }) => `${what}: ${said}`).join('\n'))
}

function explain(error: unknown): string {
  const known =
    error instanceof StartFailure || error instanceof BadConfiguration || error instanceof EmbeddedFailure
  if (known) return indent(error.message)
  return indent(error instanceof Error ? (error.stack ?? error.message) : String(error))
}

function indent(text: string): string {
  return text.replace(/^/gm, '  ')
}
