import { chownSync, cpSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { accountCan } from '../../src/embedded/server-account.ts'
import { type Owner, startOwner, tryOwner } from './start-owner.ts'
import { copyProject, makeTestFolder } from './test-folder.ts'

const nobody = { uid: 65_534, gid: 65_534 }

describe.skipIf(process.getuid?.() !== 0)('an ordinary user', () => {
  let project: string
  let home: string
  let node = process.execPath
  const asNobody = () => ({ project, node, account: nobody, env: { PATH: process.env.PATH, HOME: home } })

  beforeAll(() => {
    project = copyProject(makeTestFolder('ordinary'))
    home = join(project, 'home')
    mkdirSync(home)
    mkdirSync(join(project, '.data'))
    for (const folder of [home, join(project, '.data')]) chownSync(folder, nobody.uid, nobody.gid)
  })

  beforeAll(() => {
    // This project may lie where only root can enter.
    if (accountCan(nobody, '-x', node)) return
    node = join(project, 'node')
    cpSync(process.execPath, node)
  })

  const start = (folder: string): Promise<Owner> => startOwner(folder, asNobody())

  test('runs both servers as itself, with everything below the data folder', async () => {
    const owner = await start(join(project, '.data'))
    for (const { pid } of Object.values(owner.servers)) expect(statSync(`/proc/${pid}`).uid).toBe(nobody.uid)
    expect(readdirSync(join(project, '.data/postgres'))).toContain('cluster')
    expect(existsSync(join(project, '.data/postgres/elsewhere'))).toBe(false)
    await owner.tell('stop')
    const again = await start(join(project, '.data'))
    await again.tell('stop')
  })

  test('is told what to do when the data folder is another account`s', async () => {
    const folder = join(project, 'roots')
    mkdirSync(folder)
    const refusal = await tryOwner(folder, asNobody())
    expect(refusal).toMatchObject({ failure: 'EmbeddedFailure', message: expect.stringContaining('chown') })
  })

  test('and root after it, and it again, work on the same data', async () => {
    const root = await startOwner(join(project, '.data'), { project, names: ['postgres', 'hasty'] })
    expect(statSync(`/proc/${root.servers.postgres.pid}`).uid).toBe(nobody.uid)
    await root.tell('stop')
    const again = await start(join(project, '.data'))
    await again.tell('stop')
  })
})
