/** What a newcomer finds ready in GraphiQL is valid as it stands there. */
import { getVariableValues, parse, validate } from 'graphql'
import { expect, test } from 'vitest'
import { schema } from '../../src/graphql/index.ts'
import { readyTabs } from '../../web/src/graphiql/tabs.ts'

const tabs = readyTabs({ showId: 'U2hvdzox', seats: ['stalls-A-1', 'stalls-A-2'] })

test.each(tabs.map(({ query, variables }) => [query.split('\n')[0] ?? '', query, variables]))(
  '%s',
  (_first, query, variables) => {
    const document = parse(query)
    expect(validate(schema, document)).toEqual([])
    const [operation] = document.definitions
    if (operation?.kind !== 'OperationDefinition') throw new Error('Expected one operation')
    const { errors } = getVariableValues(schema, operation.variableDefinitions ?? [], JSON.parse(variables))
    expect(errors).toBeUndefined()
  },
)
