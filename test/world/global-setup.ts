/** One PostgreSQL for the whole run, with a migrated template that every test file clones. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { findRedis, startPostgres } from '../../src/embedded/index.ts'
import { migrate } from '../../src/platform/migrate.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    postgresUrl: string
  }
}

export default async function setup(project: TestProject) {
  const folder = mkdtempSync(join(tmpdir(), 'rowlock-test-'))
  chmodSync(folder, 0o755)
  const log = (line: string) => console.log(line)
  const [postgres] = await Promise.all([
    startPostgres({
      dataDir: join(folder, 'postgres'),
      log,
      durable: false,
      settings: { max_connections: '400' },
    }),
    // Found or fetched once, before test files ask for it in parallel.
    findRedis(log),
  ])
  const client = new pg.Client({ connectionString: postgres.url })
  await client.connect()
  await client.query('CREATE DATABASE rowlock_template')
  const template = new URL(postgres.url)
  template.pathname = '/rowlock_template'
  await migrate(template.href)
  await client.end()
  project.provide('postgresUrl', postgres.url)
  return async () => {
    await postgres.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}
