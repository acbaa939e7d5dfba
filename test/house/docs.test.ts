import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const pages = [
  'README.md',
  ...readdirSync(join(root, 'docs'), { recursive: true }).map((name) => `docs/${name}`),
].filter((name) => name.endsWith('.md'))

test.each(pages)('every link of %s leads to a file', (page) => {
  const text = readFileSync(join(root, page), 'utf8')
  const broken = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)]
    .map((match) => match[1] ?? '')
    .filter((link) => !existsSync(join(root, dirname(page), link)))
  expect(broken).toEqual([])
})

test('every environment variable is documented, and no other', () => {
  const variable = /^ {2}([A-Z][A-Z_]+):/gm
  const known = [...readFileSync(join(root, 'src/config.ts'), 'utf8').matchAll(variable)].map(
    (match) => match[1],
  )
  const table = readFileSync(join(root, 'docs/configuration.md'), 'utf8').match(/^\| `.*$/gm) ?? []
  const documented = table.flatMap((row) =>
    [...(row.split('|')[1] ?? '').matchAll(/`(\w+)`/g)].map((match) => match[1]),
  )
  expect(documented.sort()).toEqual(known.sort())
})
