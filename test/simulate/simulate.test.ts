/** A small on-sale from end to end: the command, its page and its JSON. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, inject, test } from 'vitest'

async function simulate(...args: string[]) {
  const child = spawn('node', ['bench/simulate.ts', ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  const [out, err] = [text(child.stdout), text(child.stderr)]
  const [code] = await once(child, 'exit')
  return { code, out: await out, err: await err }
}

test('fans buy, the promises hold, and the page and the figures say so', { timeout: 120_000 }, async () => {
  const folder = mkdtempSync(join(inject('runFolder'), 'simulate-'))
  const [page, json] = [join(folder, 'page.html'), join(folder, 'figures.json')]
  const settings = ['--fans', '60', '--seconds', '2', '--pace', '0.01', '--viewers', '5']
  const { code, out, err } = await simulate(...settings, '--report', page, '--json', json)
  expect(code, err).toBe(0)
  expect(out).toMatch(/seats sold twice +0 seats +kept/)
  expect(out).toMatch(/findings of the audit +0 +kept/)
  expect(out).toMatch(/viewers whose map differs at the end +0 viewers +kept/)

  const { tally, steps } = JSON.parse(readFileSync(json, 'utf8'))
  expect(tally.endings.bought).toBeGreaterThan(30)
  expect(Object.values<number>(tally.endings).reduce((sum, fans) => sum + fans, 0)).toBe(60)
  expect(steps.map(({ journey }: { journey: string }) => journey).join()).toMatch(/Journey 1.*Journey 2/)
  expect(readFileSync(page, 'utf8')).toMatch(/What became of the fans[\s\S]*bought/)
})

test.each([
  ['--fans', 'many'],
  ['--pace', '0'],
  ['--viewers', '-1'],
])('%s %s is refused with what was expected', async (option, value) => {
  const { code, err } = await simulate(`${option}=${value}`)
  expect(code).toBe(2)
  expect(err).toMatch(new RegExp(`Expected ${option} from .* got "${value}"`))
})
