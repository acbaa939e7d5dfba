/** The commands as an operator types them: real processes, on a database of their own. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type FreshDatabase, freshDatabase } from '../world/postgres.ts'
import { concert, fileOf, plan, program, row, seat } from './small-files.ts'

let database: FreshDatabase

beforeAll(async () => {
  database = await freshDatabase()
})

afterAll(() => database.drop())

async function rowlock(...args: string[]) {
  const env = { ...process.env, DATABASE_URL: database.url }
  const child = spawn('node', ['scripts/rowlock.ts', ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data))
  const [code] = await once(child, 'close')
  return { code, output }
}

const hall = plan([row('A', [seat('A-1', '1', 0), seat('A-2', '2', 25)])])
const inThreeWeeks = `${new Date(Date.now() + 21 * 86_400_000).toISOString().slice(0, 10)}T05:00:00Z`
// Midnight in New York, in summer and in winter time.
const date = [inThreeWeeks, inThreeWeeks.replace('05:', '04:')].find((text) =>
  new Date(text).toLocaleString('en-GB', { timeZone: 'America/New_York' }).endsWith('00:00:00'),
)

test('from two files to a show on sale', async () => {
  const imported = await rowlock('import', 'plan', fileOf(hall))
  expect(imported).toMatchObject({
    code: 0,
    output: expect.stringContaining('Plan small-hall, version 1: 2 places (2 new, 0 kept, 0 gone).'),
  })
  const events = await rowlock(
    'import',
    'events',
    fileOf({ programs: [program('p1', [concert({ Date: date })])] }),
  )
  expect(events).toMatchObject({
    code: 0,
    output: expect.stringContaining('shows   1 new, 0 changed, 0 the same'),
  })
  const list = await rowlock('show', 'list', 'mozart')
  const key = /nyphil-p1-\S+/.exec(list.output)?.[0] ?? ''
  expect(list.output).toContain('not on sale  Mozart: SYMPHONY NO. 40, Kölner Philharmonie')

  const sell = (...more: string[]) =>
    rowlock('show', 'sell', key, '--plan', 'small-hall', '--currency', 'EUR', ...more)
  const wrongPrice = await sell('--price', 'stalls=12.345')
  expect(wrongPrice).toMatchObject({ code: 1, output: expect.stringContaining('€45.00 is stalls=45') })
  expect(await sell('--price', 'Stalls=45')).toMatchObject({
    code: 0,
    output: expect.stringContaining('is on sale: 2 places of plan small-hall, version 1.'),
  })
  expect(await sell('--price', 'Stalls=45')).toMatchObject({
    code: 1,
    output: expect.stringContaining('has been put on sale before (it is on sale); its plan stays.'),
  })
  expect((await rowlock('show', 'list')).output).toContain('on sale')
})

test('promotion codes are added once and listed with their uses', async () => {
  expect(await rowlock('promotion', 'add', 'spring', '--percent', '12.5', '--uses', '100')).toMatchObject({
    code: 0,
    output: expect.stringContaining('SPRING holds.'),
  })
  expect(await rowlock('promotion', 'add', 'SPRING', '--amount', '5', '--currency', 'EUR')).toMatchObject({
    code: 1,
    output: expect.stringContaining('There is a promotion SPRING already'),
  })
  expect((await rowlock('promotion', 'list')).output).toContain(
    'SPRING               12.5 % off, used 0 of 100',
  )
  expect((await rowlock('promotion', 'add', 'x1y', '--percent', '0')).code).toBe(1)
})

test('what cannot be imported leaves with 1, and what was typed wrong with 2 and the usage', async () => {
  const bad = await rowlock('import', 'plan', fileOf('no json'))
  expect(bad).toMatchObject({
    code: 1,
    output: expect.stringContaining('Nothing was imported: 1 error, listed above.'),
  })
  for (const args of [
    ['import', 'plan'],
    ['import', 'nothing'],
    ['show', 'sell', 'x', '--colour', 'red'],
  ]) {
    const wrong = await rowlock(...args)
    expect(wrong, args.join(' ')).toMatchObject({
      code: 2,
      output: expect.stringContaining('npm run rowlock --'),
    })
  }
})

test.each([
  [
    ['no-such-show', '--plan', 'demo', '--currency', 'EUR', '--price', 'a=1'],
    'There is no seating plan demo.',
  ],
  [['no-such-show', '--plan', 'small-hall', '--currency', 'EURO', '--price', 'stalls=1'], 'ISO 4217'],
  [
    ['no-such-show', '--plan', 'small-hall', '--currency', 'EUR', '--price', 'stalls=1'],
    'There is no show no-such-show.',
  ],
])('show sell %j says what is wrong', async (args, said) => {
  await rowlock('import', 'plan', fileOf(hall))
  expect(await rowlock('show', 'sell', ...args)).toMatchObject({
    code: 1,
    output: expect.stringContaining(said),
  })
})
