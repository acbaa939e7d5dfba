import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { expect, inject, test } from 'vitest'
import { freshDatabase } from '../world/postgres.ts'
import { makeRunFolder } from '../world/run-folder.ts'

async function tablesOf(url: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query(
      `SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace`,
    )
    return rows.map((row) => row.relname)
  } finally {
    await client.end()
  }
}

test('databases made at once are migrated, and each test file`s is its own', async () => {
  const databases = await Promise.all([1, 2, 3].map(() => freshDatabase()))
  expect(new Set(databases.map((database) => database.url)).size).toBe(3)
  for (const { url } of databases) expect(await tablesOf(url)).toContain('seat_claim')
  for (const database of databases) await database.drop()
  await expect(tablesOf(databases[0]?.url ?? '')).rejects.toThrow('does not exist')
})

test('nobody can connect to the template, which would make every clone fail', async () => {
  const url = new URL('/rowlock_template', inject('postgresUrl')).href
  await expect(tablesOf(url)).rejects.toThrow('not currently accepting connections')
})

test('the folder of a run that was killed is removed by the next run, and that of a living one is not', async () => {
  const dead = spawnSync('true').pid
  const left = join(tmpdir(), `rowlock-test-${dead}-left`)
  mkdirSync(join(left, 'postgres'), { recursive: true })
  const next = await makeRunFolder()
  expect(existsSync(left)).toBe(false)
  expect(existsSync(inject('runFolder'))).toBe(true)
  rmSync(next, { recursive: true })
})
