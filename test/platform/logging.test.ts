import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createLogger, type Logger, type LoggerOptions } from '../../src/platform/logging.ts'

const secret = 'topsecretvalue'

function listen(options: Partial<LoggerOptions> = {}): { log: Logger; lines: string[] } {
  const lines: string[] = []
  const destination = { write: (line: string) => void lines.push(line) }
  const log = createLogger({ level: 'info', name: 'rowlock', production: true, destination, ...options })
  return { log, lines }
}

const entryOf = (line: string | undefined) => JSON.parse(line ?? '') as Record<string, unknown>

test('in production a line is one JSON object with time, level, message and fields', () => {
  const { log, lines } = listen()
  log.warn({ showId: 3 }, 'A show is %s', 'odd')
  expect(lines[0]?.endsWith('\n')).toBe(true)
  const entry = entryOf(lines[0])
  expect(entry).toMatchObject({ level: 'warn', name: 'rowlock', msg: 'A show is odd', showId: 3 })
  expect(new Date(String(entry.time)).getTime()).toBeGreaterThan(0)
})

test('elsewhere a line is short, and an error shows its stack and its causes', () => {
  const { log, lines } = listen({ production: false })
  log.error({ err: new Error('outer', { cause: new Error('inner') }), showId: 3 }, 'Failed')
  expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d\.\d{3} ERROR Failed showId=3\n {2}Error: outer\n {6}at .*\n/)
  expect(lines[0]).toContain('  Error: inner\n')
  expect(lines[0]).not.toContain('hostname')
})

test('below its level nothing is written', () => {
  const { log, lines } = listen({ level: 'error' })
  log.warn('quiet')
  expect(lines).toEqual([])
})

const secretKeys = [
  ...['authorization', 'Authorization', 'cookie', 'set-cookie', 'token', 'accessToken', 'refresh_token'],
  ...['paymentMethod', 'payment_method', 'cardNumber', 'cvc', 'email', 'password', 'clientSecret', 'apiKey'],
]

test('what is secret by its name is hidden at every depth it can be logged at', () => {
  const path = fc.array(fc.constantFrom('request', 'headers', 'variables', 'inner', '0'), { maxLength: 8 })
  fc.assert(
    fc.property(path, fc.constantFrom(...secretKeys), fc.boolean(), (names, key, child) => {
      const { log, lines } = listen()
      const fields = names.reduceRight<object>(
        (inner, name) => (name === '0' ? [inner] : { [name]: inner }),
        { [key]: secret, kept: 1 },
      )
      if (child) log.child({ fields }).info('bound')
      else log.info({ fields }, 'logged')
      expect(lines).toHaveLength(1)
      expect(lines[0]).not.toContain(secret)
    }),
  )
})

test('bearer tokens and passwords in URLs are hidden in any text', () => {
  const { log, lines } = listen()
  log.info({ header: `Bearer ${secret}` }, `connecting to postgres://rowlock:${secret}@db:5432/rowlock`)
  log.error(new Error(`redis://:${secret}@cache refused Bearer ${secret}`))
  expect(lines.join('')).not.toContain(secret)
  expect(lines.join('')).toContain('db:5432')
})

test('what else must be hidden is hidden in every text: message, fields, errors and their stacks', () => {
  const { log, lines } = listen({ hide: (text) => text.replaceAll('4111', '[card]') })
  log.info({ deep: { text: 'a 4111 b' } }, 'message 4111')
  log.error({ error: new Error('paid with 4111') }, 'failed')
  log.error(new Error('paid with 4111'))
  expect(lines.join('')).not.toContain('4111')
})

test('an error is logged whatever key it has, with its code and cause, without the data drivers put on it', () => {
  const { log, lines } = listen()
  const error = Object.assign(new Error('duplicate key', { cause: new TypeError('why') }), {
    code: '23505',
    constraint: 'buyer_email',
    detail: `Key (email)=(${secret}) already exists`,
    parameters: [secret],
  })
  log.warn({ error }, 'Odd')
  expect(entryOf(lines[0]).error).toMatchObject({
    type: 'Error',
    message: 'duplicate key',
    code: '23505',
    constraint: 'buyer_email',
    cause: { type: 'TypeError', message: 'why' },
  })
  expect(lines[0]).not.toContain(secret)
})

test('an error alone is a line with its message', () => {
  const { log, lines } = listen()
  log.error(new Error('alone'))
  expect(entryOf(lines[0])).toMatchObject({ msg: 'alone', err: { message: 'alone' } })
})

test('whatever is logged, it is one line of bounded length and nothing is thrown', () => {
  fc.assert(
    fc.property(fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true }), (value) => {
      const { log, lines } = listen()
      log.info({ value }, 'anything')
      expect(lines).toHaveLength(1)
      expect(entryOf(lines[0])).toHaveProperty('msg', 'anything')
    }),
  )
})

test('values that contain themselves or very much cost no more than a line', () => {
  const { log, lines } = listen()
  const circle: Record<string, unknown> = { wide: Array.from({ length: 100_000 }, (_, at) => ({ at })) }
  circle.self = circle
  log.info({ circle, text: 'x'.repeat(1_000_000) }, 'large')
  expect(lines[0]?.length).toBeLessThan(40_000)
})
