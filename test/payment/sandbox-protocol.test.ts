import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newKey, type SandboxWorld, sandboxWorld } from './sandbox-world.ts'

const shop = 'http://shop.example:4000'
let world: SandboxWorld

beforeAll(async () => {
  world = await sandboxWorld({ returnOrigins: [shop] })
})
afterAll(() => world.sandbox.stop())

const get = (path: string, init: RequestInit = {}) =>
  fetch(`${world.sandbox.url}${path}`, { redirect: 'manual', ...init })
const opening = { reference: 'booking-1', amountMinor: 4_500, currency: 'EUR' }

describe('a request that is wrong', () => {
  const openings: [string, object, string][] = [
    ['no reference', { ...opening, reference: '' }, 'reference'],
    ['a reference too long', { ...opening, reference: 'x'.repeat(101) }, 'reference'],
    ['an amount of nothing', { ...opening, amountMinor: 0 }, 'amountMinor'],
    ['a broken amount', { ...opening, amountMinor: 10.5 }, 'amountMinor'],
    ['an amount as text', { ...opening, amountMinor: '4500' }, 'amountMinor'],
    ['an amount too high', { ...opening, amountMinor: 100_000_001 }, 'amountMinor'],
    ['no currency', { ...opening, currency: 'euro' }, 'currency'],
  ]

  test.each(openings)('%s: the answer names the field', async (_, body, field) => {
    expect(await world.post('/v1/intents', body)).toMatchObject({
      status: 400,
      body: { code: 'bad_request', message: expect.stringMatching(`^${field}: expected`) },
    })
  })

  test.each(['', 'nonsense', '[]', 'null', '"text"', '{"a":'])(
    'a body %j is no JSON object',
    async (text) => {
      expect(await world.post('/v1/intents', text)).toMatchObject({ status: 400, body: { code: 'bad_json' } })
    },
  )

  test.each([
    ['no text', ''],
    ['a space', 'with space'],
    ['101 characters', 'x'.repeat(101)],
    ['a slash', '../x'],
  ])('a key of %s is refused', async (_, key) => {
    expect(await world.post('/v1/intents', opening, key)).toMatchObject({
      status: 400,
      body: { code: 'bad_key' },
    })
  })

  test('it leaves its key unused, so that it can be mended', async () => {
    const key = newKey()
    expect((await world.post('/v1/intents', { ...opening, currency: '' }, key)).status).toBe(400)
    expect((await world.post('/v1/intents', opening, key)).status).toBe(200)
  })

  test.each([
    '/',
    '/v1',
    '/v1/intents/',
    '/v1/intents/x/y',
    '/v1/intents/x/confirm/y',
    '/v2/intents',
    '/admin',
    '//',
  ])('POST %s: there is nothing', async (path) => {
    expect(await world.post(path, {})).toMatchObject({ status: 404, body: { code: 'no_such_route' } })
  })

  test('a body of more than 64 kB is refused with a sentence, told beforehand or not', async () => {
    const big = JSON.stringify({ ...opening, more: 'x'.repeat(1_000_000) })
    expect(await world.post('/v1/intents', big)).toMatchObject({
      status: 413,
      body: { code: 'body_too_large' },
    })
    const unannounced = new Blob([big]).stream()
    const answer = await get('/v1/intents', {
      method: 'POST',
      body: unannounced,
      duplex: 'half',
    } as RequestInit)
    expect(answer.status).toBe(413)
  })

  test('many at the same time do no harm', async () => {
    const answers = await Promise.all(Array.from({ length: 200 }, () => world.post('/v1/intents', opening)))
    expect(answers.every(({ status }) => status === 200)).toBe(true)
  })
})

describe('idempotency keys', () => {
  test('the same request in another order of fields is a repeat', async () => {
    const key = newKey()
    const first = await world.post('/v1/intents', opening, key)
    const { reference, amountMinor, currency } = opening
    expect(await world.post('/v1/intents', { currency, amountMinor, reference }, key)).toEqual(first)
  })

  test('a key of one call is not free for another', async () => {
    const key = newKey()
    const { body } = await world.post('/v1/intents', opening, key)
    expect(await world.post(`/v1/intents/${body.id}/cancel`, {}, key)).toMatchObject({
      ...{ status: 400, body: { code: 'key_reused' } },
    })
  })

  test('an error after the money moved is replayed as an error', async () => {
    const [id, key] = [await world.open(), newKey()]
    const confirm = () => world.post(`/v1/intents/${id}/confirm`, { method: 'tok_error' }, key)
    expect(await confirm()).toMatchObject({ status: 500, body: { code: 'internal' } })
    expect(await confirm()).toMatchObject({ status: 500, body: { code: 'internal' } })
    expect((await world.moved(id)).takenMinor).toEqual([4_500])
  })

  test('a refusal for the state of an intent is the answer of its key for good', async () => {
    const [id, key] = [await world.open(), newKey()]
    const refund = () => world.post(`/v1/intents/${id}/refunds`, { amountMinor: 100 }, key)
    expect(await refund()).toMatchObject({ status: 409, body: { code: 'wrong_state' } })
    await world.post(`/v1/intents/${id}/confirm`, { method: 'tok_ok' })
    expect(await refund()).toMatchObject({ status: 409, body: { code: 'wrong_state' } })
    expect((await world.moved(id)).givenBackMinor).toEqual([])
  })

  test('a request that is being served holds its key', async () => {
    const [id, key] = [await world.open(), newKey()]
    const leaving = new AbortController()
    const silent = world.gateway
      .confirm(id, { key, method: 'tok_timeout' }, { signal: leaving.signal })
      .catch(() => {})
    const again = () => world.post(`/v1/intents/${id}/confirm`, { method: 'tok_timeout' }, key)
    await expect.poll(again, { timeout: 5_000 }).toMatchObject({ status: 409, body: { code: 'key_in_use' } })
    leaving.abort()
    await silent
  })
})

test.each(['tok_declined', 'tok_requires_action', 'tok_slow', 'tok_ok'])(
  'an intent is confirmed once: after %s a confirm with another key is refused',
  async (method) => {
    const id = await world.open()
    const first = world.post(`/v1/intents/${id}/confirm`, { method })
    await expect.poll(async () => (await world.gateway.look(id)).outcome.tag).not.toBe('created')
    expect(await world.post(`/v1/intents/${id}/confirm`, { method: 'tok_ok' })).toMatchObject({
      ...{ status: 409, body: { code: 'wrong_state' } },
    })
    await first
  },
)

test('tok_insufficient_funds says so', async () => {
  const id = await world.open()
  expect(await world.post(`/v1/intents/${id}/confirm`, { method: 'tok_insufficient_funds' })).toMatchObject({
    body: { status: 'declined', decline: { code: 'insufficient_funds' } },
  })
})

describe('the action page', () => {
  const asked = async (returnUrl?: string) => {
    const id = await world.open()
    const { body } = await world.post(`/v1/intents/${id}/confirm`, {
      method: 'tok_requires_action',
      ...(returnUrl && { returnUrl }),
    })
    return { id, path: new URL(String(body.actionUrl)).pathname }
  }
  const answer = (path: string, body: string, headers = {}) =>
    get(path, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    })

  test('shows the amount and two buttons, without a script', async () => {
    const { path } = await asked()
    const page = await get(path)
    const html = await page.text()
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(html).toContain('EUR\u00a045.00')
    expect(html.match(/<button/g)).toHaveLength(2)
    expect(html).not.toContain('<script')
  })

  test('sends the buyer back to a listed origin when the answer is in', async () => {
    const { id, path } = await asked(`${shop}/bookings/1?from=bank`)
    const page = await answer(path, 'answer=approve', { origin: world.sandbox.url })
    expect(page.status).toBe(303)
    expect(page.headers.get('location')).toBe(`${shop}/bookings/1?from=bank`)
    expect((await world.gateway.look(id)).outcome.tag).toBe('succeeded')
  })

  test('without a return address it stays, and says how it went', async () => {
    const { path } = await asked()
    const page = await answer(path, 'answer=decline')
    expect(page.headers.get('location')).toBe(path)
    expect(await (await get(path)).text()).toContain('This payment is declined')
  })

  test.each([
    'http://shop.example/',
    'http://shop.example:4000.evil.example/',
    'http://evil.example/?http://shop.example:4000',
    'http://shop.example:4000@evil.example/',
    'javascript:alert(1)',
    '//shop.example:4000/',
    `${shop}/too-long/${'x'.repeat(2_000)}`,
  ])('a return address that is not listed is refused: %.40s', async (returnUrl) => {
    const id = await world.open()
    const confirm = await world.post(`/v1/intents/${id}/confirm`, {
      method: 'tok_requires_action',
      returnUrl,
    })
    expect(confirm).toMatchObject({
      status: 400,
      body: { message: expect.stringMatching(/^returnUrl: expected/) },
    })
    expect((await world.gateway.look(id)).outcome.tag).toBe('created')
  })

  test('an answer that is neither yes nor no changes nothing', async () => {
    const { id, path } = await asked()
    expect((await answer(path, 'answer=perhaps')).status).toBe(400)
    expect((await world.gateway.look(id)).outcome.tag).toBe('requires_action')
  })

  test('a page of another origin cannot answer for the buyer', async () => {
    const { id, path } = await asked()
    expect((await answer(path, 'answer=approve', { origin: 'http://evil.example' })).status).toBe(403)
    expect((await answer(path, 'answer=approve', { origin: 'null' })).status).toBe(403)
    expect((await world.gateway.look(id)).outcome.tag).toBe('requires_action')
  })

  test('of an intent that does not exist is a page that says so', async () => {
    const page = await get('/actions/pi_0')
    expect(page.status).toBe(404)
    expect(page.headers.get('content-type')).toMatch('text/html')
  })
})

describe('the list of payments', () => {
  test('shows them, and what callers wrote is text', async () => {
    await world.post('/v1/intents', { ...opening, reference: '<script>alert("x")</script>' })
    const html = await (await get('/')).text()
    expect(html).not.toContain('<script')
    expect(html).toContain('&#60;script&#62;')
    expect(html).toContain('tok_requires_action')
  })
})

describe('the switch', () => {
  test('down: calls are told so and begin nothing; up again: they are served', async () => {
    const id = await world.open()
    const key = newKey()
    await get('/admin/down', { method: 'POST' })
    try {
      expect(await world.post(`/v1/intents/${id}/confirm`, { method: 'tok_ok' }, key)).toMatchObject({
        ...{ status: 503, body: { code: 'down' } },
      })
      expect((await get('/')).status).toBe(503)
      expect((await world.moved(id)).takenMinor).toEqual([])
    } finally {
      await get('/admin/up', { method: 'POST' })
    }
    expect((await world.post(`/v1/intents/${id}/confirm`, { method: 'tok_ok' }, key)).status).toBe(200)
  })
})

test('movements can be read in pieces', async () => {
  const id = await world.open()
  await world.post(`/v1/intents/${id}/confirm`, { method: 'tok_ok' })
  const read = async (after: string) =>
    (await get(`/admin/movements?after=${after}`)).json() as Promise<{
      movements: unknown[]
      next: number
      total: number
    }>
  const all = await read('0')
  expect(all).toMatchObject({ next: all.total })
  expect(all.movements).toHaveLength(all.total)
  expect((await read(String(all.total - 1))).movements).toEqual(all.movements.slice(-1))
  expect(await read('1000000')).toEqual({ movements: [], next: all.total, total: all.total })
  expect((await read('nonsense')).movements).toHaveLength(all.total)
})

test('a name that was pointed at the sandbox is refused', async () => {
  const status = await new Promise((resolve, reject) => {
    const { port } = world.sandbox
    const call = request({ port, host: '127.0.0.1', path: '/', headers: { host: `evil.example:${port}` } })
    call.on('response', (answer) => resolve(answer.statusCode)).on('error', reject)
    call.end()
  })
  expect(status).toBe(403)
})
