/** Requests that are none, too large, too many at once, or from where they must not come. */
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { getIntrospectionQuery } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type AttackWorld,
  attackWorld,
  expectNothingInner,
  readAnswer,
  toldCode,
} from '../graphql/attack-world.ts'

let world: AttackWorld
beforeAll(async () => {
  world = await attackWorld({ INTROSPECTION: 'off', ALLOWED_ORIGINS: 'https://shop.example' })
})
afterAll(() => world.close())

const json = (body: unknown) => JSON.stringify(body)
const typename = json({ query: '{__typename}' })

test.each<[string, string | Uint8Array<ArrayBuffer>, number, string]>([
  ['nothing', '', 400, 'BAD_JSON'],
  ['half an object', '{"query":', 400, 'BAD_JSON'],
  ['two objects', '{}{}', 400, 'BAD_JSON'],
  ['bytes that are no text', Uint8Array.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]), 400, 'BAD_JSON'],
  ['a body that is compressed', Uint8Array.from(gzipSync(typename)), 400, 'BAD_JSON'],
  ['a prototype', '{"query":"{__typename}","__proto__":{"x":1}}', 400, 'BAD_JSON'],
  ['a constructor', '{"query":"{__typename}","constructor":{"prototype":{"x":1}}}', 400, 'BAD_JSON'],
  ['null', 'null', 400, 'BAD_REQUEST'],
  ['a number', '5', 400, 'BAD_REQUEST'],
  ['a text', '"{__typename}"', 400, 'BAD_REQUEST'],
  ['an empty object', '{}', 400, 'BAD_REQUEST'],
  ['an empty list', '[]', 400, 'BAD_REQUEST'],
  ['a batch', `[${typename},${typename}]`, 400, 'BAD_REQUEST'],
  ['a query that is a number', '{"query":5}', 400, 'BAD_REQUEST'],
  ['a query that is empty', '{"query":""}', 400, 'BAD_REQUEST'],
  ['variables that are a text', '{"query":"{__typename}","variables":"{}"}', 400, 'BAD_REQUEST'],
  ['variables that are a list', '{"query":"{__typename}","variables":[]}', 400, 'BAD_REQUEST'],
  ['a name that is a number', '{"query":"{__typename}","operationName":5}', 400, 'BAD_REQUEST'],
  [
    'a name of nothing',
    json({ query: '{__typename}', operationName: 'x'.repeat(50_000) }),
    400,
    'OPERATION_RESOLUTION_FAILURE',
  ],
  [
    'two operations and no name',
    json({ query: 'query A{__typename} query B{__typename}' }),
    400,
    'OPERATION_RESOLUTION_FAILURE',
  ],
  ['no GraphQL', json({ query: 'DROP TABLE booking' }), 400, 'GRAPHQL_PARSE_FAILED'],
  ['a NUL for a query', json({ query: '\0' }), 400, 'GRAPHQL_PARSE_FAILED'],
  ['half a character in a literal', json({ query: '{show(id:"\ud800"){id}}' }), 400, 'GRAPHQL_PARSE_FAILED'],
  [
    'a subscription',
    json({ query: 'subscription{seatStatusChanged(showId:"U2hvdzox"){seq}}' }),
    400,
    'USE_WEBSOCKET',
  ],
  ['100 kB and a byte', 'x'.repeat(100_001), 413, 'BODY_TOO_LARGE'],
  [
    '30,000 brackets',
    `{"query":"{__typename}","variables":{"x":${'['.repeat(30_000)}${']'.repeat(30_000)}}}`,
    400,
    'VARIABLES_TOO_DEEP',
  ],
  [
    '30,000 objects',
    `{"query":"{__typename}","variables":${'{"x":'.repeat(16_000)}1${'}'.repeat(16_000)}}`,
    400,
    'VARIABLES_TOO_DEEP',
  ],
  [
    '10,000 variables',
    json({
      query: '{__typename}',
      variables: Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [i, 1])),
    }),
    400,
    'VARIABLES_TOO_WIDE',
  ],
  ['a million digits', `{"query":"{__typename}","variables":{"x":${'9'.repeat(90_000)}}}`, 200, ''],
])('a body of %s is answered by what is wrong with it', async (_what, body, status, code) => {
  const answer = await readAnswer(await world.post(body))
  expect({ status: answer.status, code: toldCode(answer) ?? '' }).toEqual({ status, code })
  expect(answer.text.length).toBeLessThan(3_000)
})

test.each([
  'text/plain',
  'text/plain;application/json',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/graphql',
  'application/xml',
  'application/jsonp',
  ' ',
])('a body called "%s" is not read, so no form of another site can send one', async (type) => {
  const answer = await readAnswer(await world.post(typename, { 'content-type': type }))
  expect([answer.status, toldCode(answer)]).toEqual([415, 'BAD_CONTENT_TYPE'])
})

describe('GET', () => {
  const get = (query: string, headers: Record<string, string> = { 'apollo-require-preflight': '1' }) =>
    fetch(`${world.url}/graphql?query=${encodeURIComponent(query)}`, { headers })

  test('changes nothing', async () => {
    const answer = await readAnswer(await get('mutation{startGuestSession{__typename}}'))
    expect([answer.status, toldCode(answer)]).toEqual([405, 'BAD_REQUEST'])
  })

  test('without a header that scripts alone can set reads nothing', async () => {
    const answer = await readAnswer(await get('{viewer{kind}}', {}))
    expect([answer.status, toldCode(answer)]).toEqual([400, 'BAD_REQUEST'])
    expect(answer.data).toBeUndefined()
  })

  test('longer than a line may be is told so', async () => {
    const answer = await readAnswer(await get('x'.repeat(20_000)))
    expect([answer.status, toldCode(answer)]).toEqual([431, 'HEADERS_TOO_LARGE'])
  })
})

describe('documents', () => {
  const code = async (query: string, variables?: object) =>
    toldCode(await readAnswer(await world.post(json({ query, variables }))))
  const nest = (levels: number) => `${'event{shows{edges{node{'.repeat(levels)}id${'}}}}'.repeat(levels)}`

  test.each([
    ['deep', `{show(id:"U2hvdzox"){${nest(4)}}}`, 'TOO_DEEP'],
    [
      'wide in aliases',
      `{${Array.from({ length: 16 }, (_, i) => `a${i}:viewer{kind}`).join(' ')}}`,
      'TOO_MANY_ALIASES',
    ],
    ['wide in roots', `{${'viewer{kind} '.repeat(11)}}`, 'TOO_MANY_ROOT_FIELDS'],
    ['long', `{${'__typename '.repeat(1_001)}}`, 'TOO_MANY_TOKENS'],
    ['dear', '{events(first:100){edges{node{shows(first:100){edges{cursor}}}}}}', 'TOO_COSTLY'],
    [
      'in a circle',
      '{viewer{...a}} fragment a on Viewer{...b} fragment b on Viewer{...a}',
      'GRAPHQL_VALIDATION_FAILED',
    ],
    ['in a circle of one', '{...a} fragment a on Query{...a}', 'GRAPHQL_VALIDATION_FAILED'],
    ['full of directives', `{__typename ${'@include(if:true) '.repeat(6)}}`, 'TOO_MANY_DIRECTIVES'],
    ['of unknown directives', '{__typename @defer @stream}', 'GRAPHQL_VALIDATION_FAILED'],
    [
      'many mutations',
      `mutation{${Array.from({ length: 11 }, (_, i) => `a${i}:startGuestSession{__typename}`).join(' ')}}`,
      'TOO_MANY_ROOT_FIELDS',
    ],
  ])('that are %s are refused before they run', async (_what, query, expected) => {
    expect(await code(query)).toBe(expected)
  })

  test('do not learn the schema where it is not to be told', async () => {
    for (const query of [
      getIntrospectionQuery(),
      '{__schema{types{name}}}',
      '{__type(name:"Booking"){name}}',
      '{a:__schema{queryType{name}}}',
    ]) {
      expect(await code(query)).toMatch(/^(GRAPHQL_VALIDATION_FAILED|TOO_DEEP)$/)
    }
    const guess = await readAnswer(await world.post(json({ query: '{viewr{kind}}' })))
    expect(guess.text).not.toContain('viewer')
    expect(guess.text).not.toMatch(/did you mean/i)
    const value = await readAnswer(
      await world.post(
        json({
          query: 'query($x:SeatStatus){seatMap(showId:"U2hvdzox"){seats(status:$x){edges{cursor}}}}',
          variables: { x: 'AVAILABEL' },
        }),
      ),
    )
    expect(value.text).not.toContain('AVAILABLE')
  })

  test.each([
    ['first:-1', 'BAD_PAGE'],
    ['last:-1', 'BAD_PAGE'],
    ['first:101', 'BAD_PAGE'],
    ['first:2147483648', 'GRAPHQL_VALIDATION_FAILED'],
    ['first:1,last:1', 'BAD_PAGE'],
    ['first:1,before:"x"', 'BAD_PAGE'],
    ['last:1,after:"x"', 'BAD_PAGE'],
    ['after:"x",before:"x"', 'BAD_PAGE'],
    ['after:""', 'BAD_CURSOR'],
    ['after:"x"', 'BAD_CURSOR'],
  ])('with a page of (%s) are told what a page is', async (page, expected) => {
    expect(await code(`{events(${page}){edges{cursor}}}`)).toBe(expected)
    expect(await code(`{venues(${page}){edges{cursor}}}`)).toBe(expected)
    expect(await code(`{seatMap(showId:"${world.showId()}"){seats(${page}){edges{cursor}}}}`)).toBe(expected)
    expect(await code(`{viewer{bookings(${page}){edges{cursor}}}}`)).toBe(expected)
  })

  test.each([
    '0000-00-00T00:00:00Z',
    '2026-02-30T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-01-01',
    '+275760-09-13T00:00:00Z',
    '2026-01-01T00:00:00+99:99',
    5,
    {},
  ])('with %j for an instant are told what an instant is', async (from) => {
    expect(await code('query($x:DateTime){events(from:$x){edges{cursor}}}', { x: from })).toBe(
      'BAD_USER_INPUT',
    )
  })

  test('with the first and the last instant there are find what there is between', async () => {
    const query =
      '{events(from:"0000-01-01T00:00:00Z",to:"9999-12-31T23:59:59.999999999+00:00"){edges{node{title}}}}'
    const answer = await readAnswer(await world.post(json({ query })))
    expect(answer.errors).toEqual([])
    expect(answer.text).toContain('The Play')
  })
})

describe('pages of other sites', () => {
  test('are told nothing they may read, and no preflight of theirs passes', async () => {
    for (const origin of [
      'https://evil.example',
      'null',
      'https://shop.example.evil.example',
      'http://shop.example',
    ]) {
      const answer = await world.post(typename, { origin })
      expect(answer.headers.get('access-control-allow-origin')).toBeNull()
      const preflight = await fetch(`${world.url}/graphql`, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'POST' },
      })
      expect(preflight.headers.get('access-control-allow-origin')).toBeNull()
    }
  })
})

describe('what is no request', () => {
  const say = async (bytes: string) => {
    const socket = connect(Number(new URL(world.url).port), '127.0.0.1')
    socket.on('error', () => {})
    socket.write(bytes)
    return text(socket)
  }

  test.each([
    [
      'a body of 10 GB to come',
      'POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: 10000000000\r\n\r\n',
      '413 Payload Too Large',
      'BODY_TOO_LARGE',
    ],
    ['noise', 'NONSENSE\r\n\r\n', '400 Bad Request', 'BAD_REQUEST'],
    ['a TLS greeting', '\x16\x03\x01\x02\x00\x01\x00\x01', '400 Bad Request', 'BAD_REQUEST'],
    [
      'two lengths',
      'POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx',
      '400 Bad Request',
      'BAD_REQUEST',
    ],
    [
      'a length and chunks',
      'POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      '400 Bad Request',
      'BAD_REQUEST',
    ],
    [
      'headers without end',
      `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}`,
      '431',
      'HEADERS_TOO_LARGE',
    ],
  ])('as %s is told so in the shape of every error, and hung up on', async (_what, bytes, status, code) => {
    const answer = await say(bytes)
    expect(answer).toContain(status)
    expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')))).toMatchObject({
      errors: [{ extensions: { code } }],
    })
    expectNothingInner(answer)
  })
})

test('paths that reach for files find nothing', async () => {
  for (const path of [
    '/..%2f..%2fpackage.json',
    '/assets/..%2f..%2fpackage.json',
    '/assets/%00.js',
    '/.env',
    '/v1/plans/%00',
    '/v1/shows/%00/seats',
    '/%zz',
    `/v1/shows/${'x'.repeat(500)}/seats`,
  ]) {
    const answer = await fetch(world.url + path)
    expect([400, 404, 414]).toContain(answer.status)
    const { errors } = await readAnswer(answer)
    expect(errors[0]?.extensions.requestId).toBe(answer.headers.get('x-request-id'))
  }
})

test('all of this left the process alive and without a fault', async () => {
  expect(world.faults()).toEqual([])
  expect(await world.isAlive()).toBe(true)
})
