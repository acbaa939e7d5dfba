/**
 * Applies prisma/migrations to a database with Prisma's own schema engine in its WebAssembly build: the same
 * result as `prisma migrate deploy`, without a native binary. Safe from several processes at once: the whole
 * check-and-apply runs under an advisory lock. A database that is up to date is recognised by one query.
 */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { openSchemaEngine } from './schema-engine.ts'
import { WholeScriptPg } from './whole-scripts.ts'

const migrationsUrl = new URL('../../prisma/migrations/', import.meta.url)
const advisoryLockKey = 7_305_811_201

class MigrationFailed extends Error {}

export async function migrate(databaseUrl: string, log: (line: string) => void = () => {}): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    await client.query('SELECT pg_advisory_lock($1)', [advisoryLockKey])
    const pending = await pendingMigrations(client)
    if (pending.length === 0) return
    for (const name of pending) log(`Applying migration ${name}`)
    await applyAll(databaseUrl)
  } finally {
    await client.end()
  }
}

async function applyAll(databaseUrl: string): Promise<void> {
  // The engine never closes its adapter, so the pool is ours to end.
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 2 })
  try {
    const engine = await openSchemaEngine(new WholeScriptPg(pool))
    await engine.applyMigrations({ migrationsList: migrationsList(), filters: noFilter })
  } finally {
    await pool.end()
  }
}

const noFilter = { externalTables: [], externalEnums: [] }

async function pendingMigrations(client: pg.Client): Promise<string[]> {
  const table = await client.query(`SELECT to_regclass('_prisma_migrations') IS NOT NULL AS exists`)
  const applied = new Map<string, string>()
  if (table.rows[0].exists) {
    const rows = await client.query(
      'SELECT migration_name, checksum FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL',
    )
    for (const row of rows.rows) applied.set(row.migration_name, row.checksum)
  }
  return migrationNames().filter((name) => {
    const checksum = applied.get(name)
    if (checksum === undefined) return true
    if (checksum === createHash('sha256').update(migrationSql(name)).digest('hex')) return false
    throw new MigrationFailed(
      `Migration ${name} was changed after it had been applied to this database. ` +
        'Expected the file as it was applied; restore it and add a new migration instead, or start over with `npm run reset`.',
    )
  })
}

function migrationNames(): string[] {
  return readdirSync(migrationsUrl, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
}

function migrationSql(name: string): string {
  return readFileSync(new URL(`${name}/migration.sql`, migrationsUrl), 'utf8')
}

function migrationsList() {
  return {
    baseDir: fileURLToPath(migrationsUrl),
    lockfile: { path: 'migration_lock.toml', content: 'provider = "postgresql"\n' },
    shadowDbInitScript: '',
    migrationDirectories: migrationNames().map((name) => ({
      path: name,
      migrationFile: { path: 'migration.sql', content: { tag: 'ok' as const, value: migrationSql(name) } },
    })),
  }
}
