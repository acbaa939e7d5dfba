/** The audit as an operator types it: a real process, that leaves with 0, 1 or 2. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest'
import { type AuditWorld, auditWorld } from './audit-world.ts'

let world: AuditWorld
let env: NodeJS.ProcessEnv

beforeAll(async () => {
  world = await auditWorld()
  env = {
    ...process.env,
    DATABASE_URL: world.world.database.url,
    REDIS_URL: world.world.redis.url,
    REDIS_KEY_PREFIX: 'test:',
    SANDBOX_GATEWAY_URL: world.world.sandboxUrl,
  }
})
afterEach(() => world.forget())
afterAll(() => world.close())

async function audit(args: string[], more: NodeJS.ProcessEnv = {}) {
  const child = spawn('node', ['scripts/rowlock.ts', 'audit', ...args], { env: { ...env, ...more } })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data))
  const [code] = await once(child, 'close')
  return { code, output }
}

test('a clean system: 0, and a line for every promise', async () => {
  await world.history()
  const { code, output } = await audit(['--still', '0', '--gateway'])
  expect({ code, output }).toMatchObject({ code: 0 })
  expect(output).not.toContain('Warning')
  for (const line of [
    /money_equals_lines +0 findings +kept/,
    /ledgers_agree +0 findings +kept/,
    /gateway_agrees +0 findings +kept/,
    /bookings judged +4 bookings/,
    /Auditing bookings: 4 of 4/,
  ])
    expect(output).toMatch(line)
})

test('a broken promise: 1, what was expected, what was found, how to mend it, and the same as JSON', async () => {
  const { cancelled, showId } = await world.history()
  await world.query('DELETE FROM refund WHERE booking_id = $1', [cancelled])
  await world.one.redis.setrange(`test:{${showId}}:statuses`, 0, 'a')
  const file = join(inject('runFolder'), 'audit.json')
  const { code, output } = await audit(['--still', '0', '--json', file])
  expect({ code, output }).toMatchObject({ code: 1 })
  expect(output).toMatch(/captures_have_tickets_or_refunds +1 findings +BROKEN/)
  expect(output).toMatch(/ledgers_agree +1 findings +BROKEN/)
  expect(output).toContain(
    `booking ${cancelled}: expected a refund of €25.00, because it is CANCELLED; found the money captured, and no refund.`,
  )
  const report = JSON.parse(readFileSync(file, 'utf8'))
  expect(report).toMatchObject({ name: 'audit', unjudged: [] })
  expect(report.figures).toContainEqual({
    ...{ name: 'ledgers_agree', value: 1, unit: 'findings' },
    ...{ target: 0, holds: false, promise: true },
  })
  expect(report.findings).toHaveLength(2)
  expect(report.findings[0]).toMatchObject({
    check: 'captures_have_tickets_or_refunds',
    bookingId: cancelled,
  })
})

test('what was changed in the last minute is not judged', async () => {
  const { cancelled } = await world.history()
  await world.query('DELETE FROM refund WHERE booking_id = $1', [cancelled])
  const { code, output } = await audit([])
  expect({ code, output }).toMatchObject({ code: 0 })
  expect(output).toMatch(/bookings left out, they moved just now +4 bookings/)
})

test.each([
  ['no PostgreSQL', { DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none' }, 'PostgreSQL does not answer'],
  ['no Redis', { REDIS_URL: 'redis://127.0.0.1:1' }, 'The ledgers could not be audited'],
])('%s: 2, with the cause and the next step', async (_what, more, said) => {
  await world.history()
  const { code, output } = await audit(['--still', '0'], more)
  expect({ code, output }).toMatchObject({ code: 2 })
  expect(output).toContain(said)
  expect(output).toMatch(/See that (it|Redis) runs/)
})

test('a database of another version: 2', async () => {
  const url = new URL(world.world.database.url)
  url.pathname = '/postgres'
  const { code, output } = await audit([], { DATABASE_URL: url.href })
  expect({ code, output }).toMatchObject({
    code: 2,
    output: expect.stringContaining('of another version of Rowlock'),
  })
})

test('a gateway that is not named: 2', async () => {
  const { code, output } = await audit(['--gateway'], { SANDBOX_GATEWAY_URL: '' })
  expect({ code, output }).toMatchObject({
    code: 2,
    output: expect.stringContaining('Expected SANDBOX_GATEWAY_URL'),
  })
})

test('without the ledgers no Redis is needed', async () => {
  const { code, output } = await audit(['--still', '0', '--without-ledgers'], {
    REDIS_URL: 'redis://127.0.0.1:1',
  })
  expect({ code, output }).toMatchObject({ code: 0 })
  expect(output).toContain('Ledgers were not compared with claims.')
})

test.each([['--still', 'soon'], ['--still', '-1'], ['--days', '0.x'], ['everything'], ['--colour']])(
  'audit %s %s: 2 and the usage',
  async (...args) => {
    const { code, output } = await audit(args)
    expect({ code, output }).toMatchObject({
      code: 2,
      output: expect.stringContaining('audit [--json FILE]'),
    })
  },
)
