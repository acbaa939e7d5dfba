/** PostgreSQL: the one that DATABASE_URL names, else the embedded one. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { findPostgresBinaries } from '../../src/embedded/index.ts'
import { type Finding, finding, reasonOf } from './finding.ts'

const say = finding('PostgreSQL')
const majorMin = 15
const connectMsMax = 3_000

export async function checkPostgres(url: string | undefined): Promise<Finding> {
  if (!url) return checkEmbedded()
  if (!/^postgres(ql)?:\/\//.test(url) || !URL.canParse(url)) {
    return say(
      'failed',
      'DATABASE_URL is not a PostgreSQL address. Expected postgresql://user:password@host:port/database.',
    )
  }
  const { host, pathname } = new URL(url)
  const where = `${host}${pathname}`
  try {
    return await askServer(url, where)
  } catch (error) {
    return say(
      'failed',
      `${where} (DATABASE_URL) does not answer: ${reasonOf(error)}. Start it, correct DATABASE_URL, or unset it to use the embedded one.`,
    )
  }
}

async function askServer(url: string, where: string): Promise<Finding> {
  const { default: pg } = await import('pg')
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: connectMsMax,
    query_timeout: connectMsMax,
  })
  client.on('error', () => {})
  await client.connect()
  try {
    const before = Date.now()
    const { rows } = await client.query(
      `SELECT current_setting('server_version') AS version, pg_is_in_recovery() AS standby,
              has_database_privilege(current_database(), 'CREATE') AS may_create,
              (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now_ms`,
    )
    const clockAheadMs = rows[0].now_ms - (before + Date.now()) / 2
    const { version, standby, may_create: mayCreate } = rows[0]
    const judge = () => {
      if (Number.parseInt(version, 10) < majorMin) {
        return say(
          'failed',
          `${where} is PostgreSQL ${version}; Rowlock needs ${majorMin} or later. Upgrade it, or unset DATABASE_URL.`,
        )
      }
      if (standby)
        return say('failed', `${where} is a standby, which takes no writes. Set DATABASE_URL to the primary.`)
      if (!mayCreate) {
        return say(
          'warning',
          `${where} does not let this user create tables: migrate with one that may, or \`GRANT CREATE ON DATABASE\`.`,
        )
      }
      return say('ok', `${version} at ${where}`)
    }
    return { ...judge(), clockAheadMs }
  } finally {
    await client.end().catch(() => {})
  }
}

function checkEmbedded(): Finding {
  try {
    const { root, version } = findPostgresBinaries()
    const asked = spawnSync(join(root, 'bin/postgres'), ['--version'], { encoding: 'utf8' })
    if (asked.status === 0) return say('ok', `${version}, embedded (set DATABASE_URL to use your own)`)
    const reason = asked.error?.message ?? asked.stderr.trim()
    return say(
      'failed',
      `the embedded ${version} does not run here: ${reason}. Install what it misses, or set DATABASE_URL to a PostgreSQL of your own.`,
    )
  } catch (error) {
    return say('failed', reasonOf(error))
  }
}
