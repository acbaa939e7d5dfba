import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { type Owner, projectDir, startOwner } from './start-owner.ts'
import { makeTestFolder } from './test-folder.ts'

let folder: string
let dataDir: string

beforeEach(() => {
  folder = makeTestFolder('reset')
  dataDir = join(folder, '.data')
  mkdirSync(dataDir)
})

function reset(env: Record<string, string> = {}) {
  return spawnSync(process.execPath, [join(projectDir, 'scripts/reset.ts')], {
    cwd: folder,
    env: { PATH: process.env.PATH, ...env },
    encoding: 'utf8',
  })
}

test('everything in the data folder is removed, and each part is named', async () => {
  const owner: Owner = await startOwner(dataDir)
  await owner.tell('stop')
  writeFileSync(join(dataDir, 'secrets.json'), '{}')
  const run = reset({ DATABASE_URL: 'postgresql://elsewhere/mine' })
  expect(run.status).toBe(0)
  for (const name of ['postgres', 'redis', 'secrets.json']) {
    expect(run.stdout).toContain(`removed  ${join(dataDir, name)}\n`)
  }
  expect(run.stdout).toContain('kept     what DATABASE_URL names')
  expect(readdirSync(dataDir)).toEqual([])
})

test('while the servers run, nothing is removed and the process to stop is named', async () => {
  const owner = await startOwner(dataDir, { names: ['redis'] })
  writeFileSync(join(dataDir, 'secrets.json'), '{}')
  const run = reset()
  expect(run.status).toBe(1)
  expect(run.stderr).toContain(`kill ${owner.pid}`)
  expect(existsSync(join(dataDir, 'secrets.json'))).toBe(true)
  await owner.tell('stop')
})

test('where there is nothing, it says so', () => {
  const run = reset()
  expect(run.stdout).toContain('nothing to do')
  expect(run.status).toBe(0)
})
