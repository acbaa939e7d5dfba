import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { methods } from '../../src/payment/sandbox/methods.ts'

const root = resolve(import.meta.dirname, '../..')
const page = readFileSync(join(root, 'docs/sandbox-gateway.md'), 'utf8')
const folder = join(root, 'src/payment/sandbox')
const code = readdirSync(folder)
  .map((file) => readFileSync(join(folder, file), 'utf8'))
  .join('\n')

const firstCells = (pattern: RegExp) => [...page.matchAll(pattern)].map((match) => match[1]).sort()
const inCode = (pattern: RegExp) => [...new Set([...code.matchAll(pattern)].map((match) => match[1]))].sort()

test('every token is documented, and no other', () => {
  expect(firstCells(/^\| `(tok_\w+)` \|/gm)).toEqual([...methods.keys()].sort())
})

test('every refusal is documented, and no other', () => {
  const codes = inCode(/Refusal\(\s*(?:\d{3},\s*)?'([a-z_]+)'/g)
  expect(firstCells(/^\| \d{3} \| `(\w+)` \|/gm)).toEqual(codes)
})

test('every flag is documented, and no other', () => {
  expect(firstCells(/^\| `--([a-z-]+)` \|/gm)).toEqual(inCode(/^ {8}'?([a-z-]+)'?: \{ type: '/gm))
})
