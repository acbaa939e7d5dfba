/** A PostgreSQL server of a test's own, because it is stopped, frozen and restarted. */
import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { inject } from 'vitest'
import { discardData, startPostgres } from '../../src/embedded/index.ts'
import { migrate } from '../../src/platform/migrate.ts'

export async function ownPostgres() {
  const dataDir = mkdtempSync(join(inject('runFolder'), 'postgres-'))
  const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }
  let server = await startPostgres({ dataDir, log: () => {}, settings })
  const { url, port } = server
  await migrate(url)
  let frozen: number[] = []

  function thaw(): void {
    for (const pid of frozen.splice(0)) signal(pid, 'SIGCONT')
  }

  return {
    url,
    /** Stops every process of the server where it stands: connections stay, new ones are taken, nothing answers. */
    async freeze(): Promise<void> {
      frozen = await serverProcesses(url)
      for (const pid of frozen) signal(pid, 'SIGSTOP')
    },
    thaw,
    /** An ordinary shutdown, which ends every connection with 57P01. */
    stop: () => server.stop(),
    async start(): Promise<void> {
      server = await startPostgres({ dataDir, port, log: () => {}, settings })
    },
    async discard(): Promise<void> {
      thaw()
      await server.stop()
      await discardData(dataDir)
    },
  }
}

async function serverProcesses(url: string): Promise<number[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<{ pid: number }>(
      `SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::int AS pid
       UNION ALL SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()`,
    )
    return rows.map((row) => row.pid)
  } finally {
    await client.end()
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // A backend that has ended meanwhile.
  }
}
