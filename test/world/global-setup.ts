/** One PostgreSQL for the whole run, with a migrated template that every test file clones. */
import { join } from 'node:path'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { findRedis, startPostgres } from '../../src/embedded/index.ts'
import { migrate } from '../../src/platform/migrate.ts'
import { templateDatabase } from './postgres.ts'
import { abandonRunFolder, makeRunFolder, removeRunFolder } from './run-folder.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    postgresUrl: string
    runFolder: string
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const runFolder = await makeRunFolder()
  let serverPid: number | undefined
  const abandon = () => abandonRunFolder(runFolder, serverPid)
  // An interrupted run exits without asking for the teardown.
  process.once('exit', abandon)
  const closers: (() => Promise<void>)[] = [
    async () => void process.off('exit', abandon),
    () => removeRunFolder(runFolder),
  ]
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer()
  }
  try {
    const postgres = await startPostgres({
      dataDir: join(runFolder, 'postgres'),
      log: () => {},
      settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '400' },
    })
    serverPid = postgres.pid
    closers.push(postgres.stop)
    await makeTemplate(postgres.url)
    // Found or downloaded once, before test files ask for it at the same time.
    await findRedis(console.log)
    project.provide('postgresUrl', postgres.url)
    project.provide('runFolder', runFolder)
    return close
  } catch (error) {
    await close()
    throw error
  }
}

async function makeTemplate(serverUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl })
  await client.connect()
  try {
    await client.query(`CREATE DATABASE ${templateDatabase}`)
    await migrate(new URL(`/${templateDatabase}`, serverUrl).href)
    // A connection to the template would make every clone fail.
    await client.query(`ALTER DATABASE ${templateDatabase} WITH IS_TEMPLATE true ALLOW_CONNECTIONS false`)
  } finally {
    await client.end()
  }
}
