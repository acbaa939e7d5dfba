import { afterEach, describe, expect, test } from 'vitest'
import { httpSnapshots, type Snapshot, SnapshotFailed } from '../../client/src/index.ts'

const signal = new AbortController().signal
const map = (seq: number, more: Partial<Snapshot> = {}) => ({
  epoch: 1,
  seq,
  stale: false,
  statuses: 'AA==',
  ...more,
})

interface Request {
  url: string
  headers: Record<string, string>
  body: unknown
}

/** A server whose answers the test lists. */
function serverWith(...answers: Response[]) {
  const requests: Request[] = []
  const snapshots = httpSnapshots({
    api: 'https://tickets.example/',
    fetch: async (url, { headers, body } = {}) => {
      requests.push({
        url: String(url),
        headers: headers as Record<string, string>,
        body: typeof body === 'string' ? JSON.parse(body) : null,
      })
      const answer = answers.shift()
      if (!answer) throw new Error('Nothing more was expected')
      return answer
    },
  })
  return { snapshots, requests }
}

describe('a snapshot', () => {
  test('is the plain route’s answer', async () => {
    const { snapshots, requests } = serverWith(Response.json({ ...map(4), showId: 'S=', planVersion: 'x' }))
    expect(await snapshots.take('S=', null, signal)).toEqual(map(4))
    expect(requests.map(({ url }) => url)).toEqual(['https://tickets.example/v1/shows/S%3D/seats'])
  })

  test('that is known already is not sent again', async () => {
    const { snapshots, requests } = serverWith(
      Response.json(map(4), { headers: { etag: 'W/"4"' } }),
      new Response(null, { status: 304 }),
      Response.json(map(1)),
    )
    await snapshots.take('S', null, signal)
    expect(await snapshots.take('S', null, signal)).toEqual(map(4))
    await snapshots.take('another', null, signal)
    expect(requests.map(({ headers }) => headers['if-none-match'])).toEqual([undefined, 'W/"4"', undefined])
  })

  test('is asked of GraphQL when a cache on the way answers with an older one', async () => {
    const { snapshots, requests } = serverWith(
      Response.json(map(4)),
      Response.json({ data: { seatMap: map(9) } }),
    )
    expect(await snapshots.take('S', { epoch: 1, seq: 8 }, signal)).toEqual(map(9))
    expect(requests[1]).toMatchObject({
      url: 'https://tickets.example/graphql',
      body: { variables: { showId: 'S', notBefore: { epoch: 1, seq: 8 } } },
    })
  })

  test('of the claims is taken as it is: nothing newer can be had', async () => {
    const { snapshots } = serverWith(Response.json(map(0, { stale: true })))
    expect(await snapshots.take('S', { epoch: 1, seq: 8 }, signal)).toEqual(map(0, { stale: true }))
  })
})

describe('a snapshot that cannot be had says why', () => {
  const errors = (extensions: object) => ({ errors: [{ message: 'Told.', extensions }] })
  test.each([
    [
      'the server’s words',
      [Response.json(errors({ code: 'SHOW_NOT_FOUND' }), { status: 404 })],
      { code: 'SHOW_NOT_FOUND', message: 'Told.', retryAfterMs: null },
    ],
    [
      'the server’s hint',
      [Response.json(errors({ code: 'AWAY' }), { status: 503, headers: { 'retry-after': '3' } })],
      { code: 'AWAY', message: 'Told.', retryAfterMs: 3_000 },
    ],
    [
      'a proxy’s page',
      [new Response('<html>', { status: 502 })],
      { code: '502', message: 'The seats could not be loaded (HTTP 502).', retryAfterMs: null },
    ],
    [
      'GraphQL’s refusal to be older',
      [Response.json(map(1)), Response.json(errors({ code: 'MAP_BEHIND', retryAfterMs: 500 }))],
      { code: 'MAP_BEHIND', message: 'Told.', retryAfterMs: 500 },
    ],
    [
      'an answer of another shape',
      [Response.json({ hello: 1 })],
      { code: null, message: 'The seats could not be read.', retryAfterMs: null },
    ],
  ])('%s', async (_what, answers, problem) => {
    const { snapshots } = serverWith(...answers)
    const failed = snapshots.take('S', { epoch: 1, seq: 8 }, signal)
    await expect(failed).rejects.toMatchObject({ problem })
    await expect(failed).rejects.toBeInstanceOf(SnapshotFailed)
  })
})

describe('in a browser', () => {
  afterEach(() => {
    Reflect.deleteProperty(globalThis, 'location')
  })

  test('the browser’s own cache revalidates: no header that would need a preflight is sent', async () => {
    Reflect.set(globalThis, 'location', {})
    const { snapshots, requests } = serverWith(
      Response.json(map(4), { headers: { etag: 'W/"4"' } }),
      Response.json(map(4), { headers: { etag: 'W/"4"' } }),
    )
    await snapshots.take('S', null, signal)
    await snapshots.take('S', null, signal)
    expect(requests.map(({ headers }) => headers)).toEqual([{}, {}])
  })
})
