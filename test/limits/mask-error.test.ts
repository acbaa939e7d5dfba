import fc from 'fast-check'
import { buildSchema, execute, GraphQLError, type GraphQLFormattedError, parse } from 'graphql'
import { expect, test } from 'vitest'
import { type FaultLog, maskError } from '../../src/graphql/mask-error.ts'
import { Outage, Refusal } from '../../src/platform/failures.ts'
import { httpWorld } from './http-world.ts'
import { prepare } from './limits-world.ts'

class HallOnFire extends Refusal {
  readonly code = 'HALL_ON_FIRE'
}

class LedgerAsleep extends Outage {
  readonly code = 'LEDGER_ASLEEP'
}

interface Logged {
  fields: Record<string, unknown>
  message: string
}

function listen(): { log: FaultLog; logged: Logged[] } {
  const logged: Logged[] = []
  return { logged, log: { error: (fields, message) => logged.push({ fields: { ...fields }, message }) } }
}

/** The errors that a client gets when resolving `{ field }` or `{ argument }` does this. */
async function answersTo(
  resolve: () => unknown,
  query = '{ field }',
  variableValues: Record<string, unknown> = {},
): Promise<{ told: GraphQLFormattedError[]; logged: Logged[] }> {
  const schema = buildSchema('type Query { field: Int! argument(n: Int! = 1): Int }')
  const { errors = [] } = await execute({
    schema,
    document: parse(query),
    rootValue: { field: resolve, argument: resolve },
    variableValues,
  })
  const { log, logged } = listen()
  return { told: errors.map((error) => maskError(error, 'request-7', log)), logged }
}

const secrets = 'SELECT secret FROM buyer at /srv/rowlock/src/booking/book.ts:12 10.0.0.7:5432'

test('a fault tells the client a request id and nothing else, and the log everything', async () => {
  const fault = new Error(secrets)
  const { told, logged } = await answersTo(() => {
    throw fault
  })
  expect(told).toEqual([
    {
      message: 'Something went wrong on our side. Give the request id request-7 to support.',
      locations: [{ line: 1, column: 3 }],
      path: ['field'],
      extensions: { code: 'INTERNAL', requestId: 'request-7' },
    },
  ])
  expect(logged).toEqual([
    { fields: { err: fault, requestId: 'request-7', path: 'field' }, message: 'An operation failed' },
  ])
})

test('whatever is thrown, nothing of it is told unless it was made to be told', () => {
  fc.assert(
    fc.property(fc.anything(), fc.string({ minLength: 12 }), (thrown, text) => {
      const { log } = listen()
      for (const error of [
        thrown,
        new Error(text),
        new GraphQLError('x', { originalError: new Error(text) }),
      ]) {
        const { message, extensions } = maskError(error, 'request-7', log)
        expect(extensions).toEqual({ code: 'INTERNAL', requestId: 'request-7' })
        expect(message).toBe('Something went wrong on our side. Give the request id request-7 to support.')
      }
    }),
  )
})

test('an error of graphql itself while it executes is a fault of ours', async () => {
  const { told, logged } = await answersTo(() => null)
  expect(told[0]?.extensions?.code).toBe('INTERNAL')
  expect(String(logged[0]?.fields.err)).toContain('Cannot return null')
})

test('a GraphQLError without a code thrown by a resolver is a fault, whatever it says', async () => {
  const { told } = await answersTo(() => {
    throw new GraphQLError(secrets)
  })
  expect(JSON.stringify(told)).not.toContain('SELECT')
})

test('a refusal keeps its sentence and its code', async () => {
  const { told, logged } = await answersTo(() => {
    throw new HallOnFire('The hall is on fire. Leave it by the doors.', { cause: new Error(secrets) })
  })
  expect(told[0]?.message).toBe('The hall is on fire. Leave it by the doors.')
  expect(told[0]?.extensions).toEqual({ code: 'HALL_ON_FIRE' })
  expect(logged).toEqual([])
})

test('an outage says when to try again', async () => {
  const { told } = await answersTo(() => {
    throw new LedgerAsleep('Try again.', 700)
  })
  expect(told[0]?.extensions).toEqual({ code: 'LEDGER_ASLEEP', retryAfterMs: 700 })
})

test('a variable that does not fit its argument only at execution is the client’s to mend', async () => {
  const { told } = await answersTo(() => 1, 'query ($n: Int = 1) { argument(n: $n) }', { n: null })
  expect(told[0]?.extensions?.code).toBe('BAD_USER_INPUT')
})

test('a number as long as a card’s is not sent back, however it is written', async () => {
  const http = await httpWorld()
  const numbers = ['4111111111111111', '4111 1111 1111 1111', '4111-1111-1111-1111']
  for (const number of numbers) {
    const asVariable = await http.ask({
      query: 'query ($n: Int) { shows(first: $n) { pageInfo { hasNextPage } } }',
      variables: { n: number },
    })
    const asLiteral = await http.ask({ query: `{ shows(first: "${number}") { pageInfo { hasNextPage } } }` })
    for (const { text, errors } of [asVariable, asLiteral]) {
      expect(errors.length).toBeGreaterThan(0)
      expect(text.replace(/\D/g, '')).not.toContain('411111')
    }
  }
  await http.stop()
})

test('a value that was sent is not sent back at length, and no part of a number at its end', () => {
  const { log } = listen()
  const mask = (text: string) => maskError(new GraphQLError(text), 'request-7', log).message
  expect(mask('x'.repeat(10_000)).length).toBeLessThan(500)
  for (let before = 380; before < 400; before++) {
    expect(mask(`${'x'.repeat(before)} 4111111111111111 and more`)).not.toMatch(/4111/)
  }
})

test('Apollo’s own refusals pass with their codes', async () => {
  const http = await httpWorld()
  const { errors } = await http.ask({ query: '{ dear } query B { dear }', operationName: 'C' })
  expect(errors[0]?.extensions?.code).toBe('GRAPHQL_VALIDATION_FAILED')
  const unknown = await http.ask({ query: 'query A { dear } query B { dear }', operationName: 'C' })
  expect(unknown.errors[0]?.extensions?.code).toBe('OPERATION_RESOLUTION_FAILURE')
  await http.stop()
})

test('giving up on a document is explained', () => {
  const query = `subscription { seat { ${'name '.repeat(990)} } }`
  const [error] = prepare(query) as readonly GraphQLError[]
  const { message } = maskError(error, 'request-7', listen().log)
  expect(message).toBe(
    'The same fields are named too often to compare them all. Name each field once where you need it.',
  )
})
