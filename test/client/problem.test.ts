import { expect, test } from 'vitest'
import { problemOf } from '../../client/src/problem.ts'

const refused = { message: 'There is no such show.', extensions: { code: 'SHOW_NOT_FOUND' } }
const crowded = { message: 'Full.', extensions: { code: 'TOO_MANY_WATCHERS', retryAfterMs: 5_000 } }
const going = { code: 1001, reason: '{"retryAfterMs":1200}' }

test.each([
  ['a close event', { code: 4403, reason: 'Token expired' }, '4403', 'Token expired', null],
  ['a close event with a hint', going, '1001', 'The connection was closed with code 1001.', 1_200],
  ['a close event whose reason is no JSON', { code: 1001, reason: '{oh' }, '1001', '{oh', null],
  [
    'a close event with a hint that is none',
    { code: 1001, reason: '{"retryAfterMs":"x"}' },
    '1001',
    expect.any(String),
    null,
  ],
  ['GraphQL errors', [refused], 'SHOW_NOT_FOUND', refused.message, null],
  ['a GraphQL error with a hint', [crowded], 'TOO_MANY_WATCHERS', 'Full.', 5_000],
  [
    'urql’s error around GraphQL errors',
    { graphQLErrors: [refused] },
    'SHOW_NOT_FOUND',
    refused.message,
    null,
  ],
  [
    'urql’s error around a close event',
    { graphQLErrors: [], networkError: going },
    '1001',
    expect.any(String),
    1_200,
  ],
  [
    'Apollo Client 4’s error around GraphQL errors',
    { errors: [crowded] },
    'TOO_MANY_WATCHERS',
    'Full.',
    5_000,
  ],
  [
    'what Apollo Client’s link makes of a close event',
    new Error('Socket closed with event 1001 {"retryAfterMs":1200}'),
    '1001',
    expect.any(String),
    1_200,
  ],
  ['a failed connection', new Event('error'), null, 'The connection failed.', null],
  ['an error', new Error('no network'), null, 'no network', null],
  ['an end without a reason', undefined, null, 'The subscription ended.', null],
  ['an empty list', [], null, 'The server refused.', null],
])('%s is understood', (_name, error, code, message, retryAfterMs) => {
  expect(problemOf(error)).toEqual({ code, message, retryAfterMs })
})
