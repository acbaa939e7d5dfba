/** What the port answers to whatever comes: clear, in one shape, and silent about what is inside. */
import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { printId } from '../../src/graphql/index.ts'
import { type HttpWorld, httpWorld, innerSecret } from './http-world.ts'

let world: HttpWorld
beforeAll(async () => {
  world = await httpWorld({
    metricsToken: 'a-token-for-metrics',
    readiness: [
      { name: 'PostgreSQL', check: async () => {} },
      {
        name: 'Redis',
        check: () => Promise.reject(Object.assign(new Error(innerSecret), { code: 'ECONNREFUSED' })),
      },
    ],
  })
})
afterAll(() => world.close())

async function errorOf(response: Response) {
  const { errors } = (await response.json()) as {
    errors: { message: string; extensions: { code: string; requestId?: string } }[]
  }
  return { status: response.status, code: errors[0]?.extensions.code, message: errors[0]?.message }
}

test.each([
  ['text that is no JSON', '{"query": ', 400, 'BAD_JSON'],
  ['nothing', '', 400, 'BAD_JSON'],
  ['keys that would poison an object', '{"__proto__": {"admin": true}}', 400, 'BAD_JSON'],
  ['more than 100 kB', JSON.stringify({ query: 'x'.repeat(100_001) }), 413, 'BODY_TOO_LARGE'],
])('a body of %s is told as such', async (_what, body, status, code) => {
  expect(await errorOf(await world.post(body))).toMatchObject({ status, code })
})

test('a body that is not called JSON is told as such', async () => {
  for (const contentType of [
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
  ]) {
    const response = await world.post('{"query":"{__typename}"}', { 'content-type': contentType })
    expect(await errorOf(response)).toMatchObject({ status: 415, code: 'BAD_CONTENT_TYPE' })
  }
})

test('a batch of operations is refused', async () => {
  expect((await world.post([{ query: '{__typename}' }, { query: '{__typename}' }])).status).toBe(400)
})

test('a query over GET needs a header that no form of another site can send', async () => {
  const url = `${world.url}/graphql?query={__typename}`
  expect((await fetch(url)).status).toBe(400)
  const answer = await fetch(url, { headers: { 'apollo-require-preflight': '1' } })
  expect(await answer.json()).toEqual({ data: { __typename: 'Query' } })
})

test('paths that lead nowhere say so', async () => {
  expect(await errorOf(await fetch(`${world.url}/v1/nothing`))).toMatchObject({
    status: 404,
    code: 'NOT_FOUND',
  })
  expect(await errorOf(await fetch(`${world.url}/graphql/deeper`))).toMatchObject({ status: 404 })
  expect(await errorOf(await fetch(`${world.url}/%ff`))).toMatchObject({ status: 400, code: 'BAD_URL' })
  expect(await errorOf(await fetch(`${world.url}/assets/..%2f..%2fpackage.json`))).toMatchObject({
    status: 404,
  })
})

test('pages that were not built say how to build them', async () => {
  const response = await fetch(`${world.url}/some/show`, { headers: { accept: 'text/html' } })
  expect(response.status).toBe(503)
  expect(await response.text()).toContain('npm run build:web')
})

test('a malformed token fails the request and does not make the caller anonymous', async () => {
  for (const authorization of ['Bearer nonsense', 'Basic dXNlcjpwYXNz', 'x']) {
    const response = await world.post({ query: '{viewer{kind}}' }, { authorization })
    expect(response.headers.get('www-authenticate')).toBe('Bearer')
    expect(await errorOf(response)).toMatchObject({ status: 401, code: 'BAD_TOKEN' })
  }
})

test('an unknown error is answered with the request id and told to the log only', async () => {
  const response = await world.post({ query: '{show(id:"U2hvdzox"){id}}' })
  const body = await response.text()
  expect(body).not.toContain(innerSecret)
  expect(body).toContain(response.headers.get('x-request-id'))
  expect(JSON.parse(body).errors[0].extensions).not.toHaveProperty('stacktrace')
  expect(world.logged()).toContain(innerSecret)

  const route = await fetch(`${world.url}/v1/shows/${encodeURIComponent(printId('Show', 1))}/seats`)
  expect(route.status).toBe(500)
  expect(await route.text()).not.toContain(innerSecret)
})

test('a malformed id is told as a bad id, in queries, node and routes', async () => {
  for (const query of ['{show(id:"nonsense"){id}}', '{node(id:"VGlja2V0OjE="){id}}', '{lock(id:"x"){id}}']) {
    const answer = await errorOf(await world.post({ query }))
    expect(answer.code).toBe('BAD_ID')
  }
  expect(await errorOf(await fetch(`${world.url}/v1/shows/12/seats`))).toMatchObject({
    status: 400,
    code: 'BAD_ID',
  })
  expect(await errorOf(await fetch(`${world.url}/v1/plans/nonsense`))).toMatchObject({ status: 404 })
})

test('introspection is off where the configuration has it off, and suggestions do not leak names', async () => {
  const introspection = await world.post({ query: '{__schema{types{name}}}' })
  expect(introspection.status).toBe(400)
  const body = await (await world.post({ query: '{sho(id:"x"){id}}' })).text()
  expect(body).not.toContain('Did you mean')
})

test('every answer carries a request id, a proxy’s own if it is one', async () => {
  const given = await world.post({ query: '{__typename}' }, { 'x-request-id': 'from-proxy.1' })
  expect(given.headers.get('x-request-id')).toBe('from-proxy.1')
  const odd = await world.post({ query: '{__typename}' }, { 'x-request-id': 'a b;c' })
  expect(odd.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
})

test('only pages of allowed origins may read answers', async () => {
  const ask = (origin: string) =>
    fetch(`${world.url}/graphql`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type',
      },
    })
  const allowed = await ask('https://shop.example')
  expect(allowed.status).toBe(204)
  expect(allowed.headers.get('access-control-allow-origin')).toBe('https://shop.example')
  const other = await ask('https://evil.example')
  expect(other.headers.get('access-control-allow-origin')).toBeNull()
  expect(other.headers.get('vary')).toContain('origin')
})

test('answers tell a browser not to guess, frame or run anything', async () => {
  const { headers } = await fetch(`${world.url}/healthz`)
  expect(headers.get('x-content-type-options')).toBe('nosniff')
  expect(headers.get('content-security-policy')).toContain("default-src 'none'")
  expect(headers.get('x-powered-by')).toBeNull()
})

test('healthz lives while readyz says what is missing, without its secrets', async () => {
  expect((await fetch(`${world.url}/healthz`)).status).toBe(200)
  const ready = await fetch(`${world.url}/readyz`)
  expect(ready.status).toBe(503)
  expect(await ready.json()).toEqual({
    status: 'not ready',
    checks: [
      { name: 'PostgreSQL', ready: true },
      { name: 'Redis', ready: false, reason: 'ECONNREFUSED' },
    ],
  })
})

test('metrics are for who has the token', async () => {
  expect((await fetch(`${world.url}/metrics`)).status).toBe(401)
  expect((await fetch(`${world.url}/metrics`, { headers: { authorization: 'Bearer wrong' } })).status).toBe(
    401,
  )
  await world.post({ query: '{__typename}' })
  const page = await fetch(`${world.url}/metrics`, {
    headers: { authorization: 'Bearer a-token-for-metrics' },
  })
  expect(await page.text()).toMatch(
    /rowlock_graphql_operation_seconds_count\{field="__typename",outcome="ok"\} \d/,
  )
})

test('a request that is no HTTP, or names an impossible host, does not bring the server down', async () => {
  const socket = connect(world.port, '127.0.0.1')
  socket.write('NONSENSE\r\n\r\n')
  expect(await text(socket)).toContain('400')
  const status = await new Promise((resolve, reject) => {
    const request = httpRequest(
      `${world.url}/graphql`,
      { method: 'POST', headers: { host: 'a b/\\', 'content-type': 'application/json' } },
      (response) => resolve(response.statusCode),
    )
    request.on('error', reject)
    request.end('{"query":"{__typename}"}')
  })
  expect(status).toBe(400)
  expect((await fetch(`${world.url}/healthz`)).status).toBe(200)
})

test('an operation that takes too long is answered at its deadline', async () => {
  const never = { findUnique: () => new Promise(() => {}) }
  const slow = await httpWorld({
    deps: { database: { show: never } as never },
    limits: { requestDeadlineMs: 50 },
  })
  const response = await slow.post({ query: '{show(id:"U2hvdzox"){id}}' })
  expect(response.headers.get('retry-after')).toBe('1')
  expect(await errorOf(response)).toMatchObject({ status: 503, code: 'DEADLINE_EXCEEDED' })
  await slow.close(0)
})

test('a shutdown finishes what is in flight, says that it is closing, and then is gone', async () => {
  let finish = (_show: object | null) => {}
  let asked = () => {}
  const began = new Promise<void>((resolve) => {
    asked = resolve
  })
  const show = {
    findUnique: () => {
      asked()
      return new Promise<object | null>((resolve) => {
        finish = resolve
      })
    },
  }
  const closing = await httpWorld({ deps: { database: { show } as never } })
  const answer = closing.post({ query: '{show(id:"U2hvdzox"){id}}' })
  await began
  const closed = closing.close(5_000)
  finish(null)
  expect(await (await answer).json()).toEqual({ data: { show: null } })
  await closed
  await expect(fetch(`${closing.url}/healthz`)).rejects.toThrow()
})

test('a shutdown does not wait for ever', async () => {
  let asked = () => {}
  const began = new Promise<void>((resolve) => {
    asked = resolve
  })
  const show = {
    findUnique: () => {
      asked()
      return new Promise(() => {})
    },
  }
  const stuck = await httpWorld({ deps: { database: { show } as never } })
  const answer = stuck.post({ query: '{show(id:"U2hvdzox"){id}}' })
  answer.catch(() => {})
  await began
  await stuck.close(50)
  await expect(answer).rejects.toThrow()
})
