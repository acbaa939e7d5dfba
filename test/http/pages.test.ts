/** The web pages as files: what may be kept, what may not, and nothing outside of their folder. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type HttpWorld, httpWorld } from './http-world.ts'

let world: HttpWorld
let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rowlock-pages-'))
  const dist = join(folder, 'dist')
  mkdirSync(join(dist, 'assets'), { recursive: true })
  writeFileSync(join(folder, 'secret.txt'), 'not for you')
  writeFileSync(join(dist, 'index.html'), '<title>Shop</title>')
  writeFileSync(join(dist, 'graphiql.html'), '<title>GraphiQL</title>')
  writeFileSync(join(dist, 'favicon.svg'), '<svg/>')
  writeFileSync(join(dist, 'assets', 'shop-1a2b3c.js'), 'export {}')
  world = await httpWorld({ webDist: dist })
})
afterAll(async () => {
  await world.close()
  rmSync(folder, { recursive: true })
})

const get = (path: string) => fetch(`${world.url}${path}`)

test('every path of the shop is its one page, which is asked for anew each time', async () => {
  for (const path of ['/', '/shows/U2hvdzox', '/bookings']) {
    const response = await get(path)
    expect(await response.text()).toContain('<title>Shop')
    expect(response.headers.get('content-type')).toContain('text/html')
    expect(response.headers.get('cache-control')).toBe('no-cache')
    expect(response.headers.get('content-security-policy')).toContain("script-src 'self'")
  }
})

test('GraphiQL comes from our own origin', async () => {
  expect(await (await get('/graphiql')).text()).toContain('<title>GraphiQL')
})

test('files whose name carries their hash are kept for ever', async () => {
  const { headers } = await get('/assets/shop-1a2b3c.js')
  expect(headers.get('cache-control')).toContain('immutable')
  expect(headers.get('content-type')).toContain('javascript')
  expect((await get('/favicon.svg')).headers.get('content-type')).toContain('svg')
})

test('a file that is not there is not the page', async () => {
  for (const path of ['/assets/gone-123.js', '/robots.txt', '/v1/', '/dev/token/admin']) {
    const response = await get(path)
    expect(response.status).toBe(404)
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'NOT_FOUND' } }] })
  }
})

test('nothing outside of the folder is served', async () => {
  for (const path of [
    '/assets/..%2f..%2fsecret.txt',
    '/..%2fsecret.txt',
    '/assets/%2e%2e/%2e%2e/secret.txt',
    '/..%5csecret.txt',
  ]) {
    expect(await (await get(path)).text()).not.toContain('not for you')
  }
})
