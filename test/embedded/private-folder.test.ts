import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { discardData } from '../../src/embedded/index.ts'
import { commandLine } from '../../src/embedded/living-process.ts'
import { elsewhereOf } from '../../src/embedded/postgres-elsewhere.ts'
import { type Owner, startOwner } from './start-owner.ts'
import { copyProject, makeTestFolder } from './test-folder.ts'

describe.skipIf(process.getuid?.() !== 0)(
  'root runs a project in a folder that no other account can enter',
  () => {
    let home: string
    const project = (name: string) => join(home, name)
    const dataDir = (name: string) => join(home, name, '.data/postgres')

    beforeAll(() => {
      home = makeTestFolder('private-home')
      chmodSync(home, 0o700)
      copyProject(project('clone'))
    })
    afterAll(async () => {
      for (const name of ['clone', 'copy', 'moved']) await discardData(dataDir(name))
    })

    const start = (name: string): Promise<Owner> => {
      mkdirSync(join(project(name), '.data'), { recursive: true })
      return startOwner(join(project(name), '.data'), { project: project(name) })
    }

    async function query(owner: Owner, statement: string): Promise<unknown[]> {
      const client = new pg.Client({ connectionString: owner.servers.postgres.url })
      await client.connect()
      try {
        return (await client.query(statement)).rows
      } finally {
        await client.end()
      }
    }

    test('PostgreSQL runs under another account, from binaries and on data outside, and says where', async () => {
      const owner = await start('clone')
      const { pid } = owner.servers.postgres
      const place = readFileSync(join(dataDir('clone'), 'elsewhere'), 'utf8')
      expect(owner.told.join('\n')).toContain(place)
      expect(statSync(`/proc/${pid}`).uid).not.toBe(0)
      expect(commandLine(pid)).toContain(`${place}/binaries-`)
      expect(commandLine(pid)).toContain(`${place}/cluster`)
      expect(statSync(join(dataDir('clone'), 'password')).mode & 0o077).toBe(0)
      await query(owner, 'CREATE TABLE kept AS SELECT 1')
      await owner.tell('stop')
    })

    test('the next start finds the data there, and copies nothing again', async () => {
      const owner = await start('clone')
      expect(owner.told).toEqual([])
      expect(await query(owner, 'TABLE kept')).toHaveLength(1)
      await owner.tell('stop')
    })

    test('a copy of the project has data of its own; its reset leaves the original`s alone', async () => {
      cpSync(project('clone'), project('copy'), { recursive: true, verbatimSymlinks: true })
      const owner = await start('copy')
      await expect(query(owner, 'TABLE kept')).rejects.toThrow('does not exist')
      await owner.tell('stop')
      await discardData(dataDir('copy'))
      const original = await start('clone')
      expect(await query(original, 'TABLE kept')).toHaveLength(1)
      await original.tell('stop')
    })

    test('a moved project keeps its data', async () => {
      renameSync(project('clone'), project('moved'))
      const owner = await start('moved')
      expect(await query(owner, 'TABLE kept')).toHaveLength(1)
      await owner.tell('stop')
    })

    test('a reset removes what lies outside; a data folder deleted by hand is noticed by the next start', async () => {
      const place = elsewhereOf(dataDir('moved')) ?? ''
      expect(await discardData(dataDir('moved'))).toEqual([place, dataDir('moved')])
      expect(existsSync(place)).toBe(false)
      const owner = await start('moved')
      const orphan = elsewhereOf(dataDir('moved')) ?? ''
      await owner.tell('stop')
      rmSync(join(project('moved'), '.data'), { recursive: true })
      const next = await start('moved')
      expect(existsSync(orphan)).toBe(false)
      await next.tell('stop')
    })
  },
)
