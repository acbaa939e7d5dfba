import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'

/** Who may import whom: a folder may import the folders to its right, its own files, and platform. */
const mayImport: Record<string, string[]> = {
  platform: ['generated'],
  embedded: ['platform'],
  identity: ['platform'],
  catalog: ['identity'],
  seating: ['catalog', 'identity'],
  payment: ['seating', 'catalog', 'identity'],
  booking: ['payment', 'seating', 'catalog', 'identity'],
  notify: ['ticket', 'booking', 'catalog'],
  ticket: ['booking', 'catalog', 'identity'],
  gate: ['ticket', 'booking', 'seating', 'catalog', 'identity'],
  live: ['seating'],
  operate: ['ticket', 'booking', 'payment', 'seating', 'catalog', 'identity', 'live'],
  graphql: [
    'gate',
    'ticket',
    'booking',
    'payment',
    'seating',
    'catalog',
    'identity',
    'live',
    'operate',
    'generated',
  ],
  http: [
    'notify',
    'graphql',
    'gate',
    'ticket',
    'booking',
    'payment',
    'seating',
    'catalog',
    'identity',
    'live',
    'operate',
  ],
}

/** Packages that only files naming them may import inside a domain. */
const foreign = [
  /^graphql/,
  /^@apollo/,
  /^@pothos/,
  /^ioredis$/,
  /^fastify/,
  /^ws$/,
  /^rate-limiter-flexible$/,
  /^prom-client$/,
  /^stripe$/,
  /^nodemailer$/,
  /^graphile-worker$/,
]
const domains = [
  'identity',
  'catalog',
  'seating',
  'payment',
  'booking',
  'ticket',
  'gate',
  'notify',
  'live',
  'operate',
]

interface Import {
  file: string
  from: string
  to: string
}

const src = resolve(import.meta.dirname, '../../src')

function imports(): Import[] {
  const found: Import[] = []
  for (const entry of readdirSync(src, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.ts')) continue
    const path = join(entry.parentPath, entry.name)
    const file = relative(src, path)
    if (file.startsWith('generated')) continue
    for (const match of readFileSync(path, 'utf8').matchAll(/(?:from|import)\s*\(?'([^']+)'/g)) {
      const to = match[1] ?? ''
      found.push({
        file,
        from: file.split('/')[0] ?? '',
        to: to.startsWith('.') ? relative(src, resolve(dirname(path), to)) : to,
      })
    }
  }
  return found
}

test('imports between folders point one way', () => {
  const wrong = imports().filter(({ file, from, to }) => {
    if (!file.includes('/') || !to.includes('/') || to.startsWith('@')) return false
    const target = to.split('/')[0] ?? ''
    if (!(target in mayImport) && target !== 'generated') return false
    if (target === from || target === 'platform') return false
    return !mayImport[from]?.includes(target)
  })
  expect(wrong).toEqual([])
})

test('another domain is entered by its door', () => {
  const wrong = imports().filter(({ from, to }) => {
    const [target, ...rest] = to.split('/')
    return domains.includes(target ?? '') && target !== from && rest.join('/') !== 'index.ts'
  })
  const deep = wrong.filter(({ from }) => from !== '' && from in mayImport)
  expect(deep).toEqual([])
})

test('a domain knows no transport and no driver, except in a file that says so in its name', () => {
  const wrong = imports().filter(
    ({ file, from, to }) =>
      domains.includes(from) &&
      foreign.some((name) => name.test(to)) &&
      !/\.(redis|graphql|prometheus|smtp|graphile)\.ts$|stripe/.test(file),
  )
  expect(wrong).toEqual([])
})

test('the environment is read in one file', () => {
  const readers = readdirSync(src, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => readFileSync(path, 'utf8').includes('process.env'))
    .map((path) => relative(src, path))
    .filter(
      (file) =>
        !file.startsWith('generated/') &&
        !file.startsWith('embedded/') &&
        !file.startsWith('payment/sandbox/'),
    )
  expect(readers).toEqual(['config.ts'])
})
