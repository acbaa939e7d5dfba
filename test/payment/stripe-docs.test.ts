import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const page = readFileSync(join(root, 'docs/stripe.md'), 'utf8')
const reader = readFileSync(join(root, 'src/payment/stripe/read-stripe-webhook.ts'), 'utf8')

test('the page tells to select the events that are read, and no other', () => {
  const told = [...page.matchAll(/^\| `([a-z_.]+\.[a-z_]+)` \|/gm)].map((match) => match[1])
  const read = [...reader.matchAll(/^ {4}case '([a-z_.]+)':$/gm)].map((match) => match[1])
  expect(told.sort()).toEqual(read.sort())
  expect(read.length).toBeGreaterThan(0)
})
