/** The shape of variables as they came, looked at before anything is made of them. */
import type { GraphQLError } from 'graphql'
import { graphqlLimits } from './graphql-limits.ts'
import { limitError } from './limit-error.ts'

const { variablesDepthMax, objectKeysMax } = graphqlLimits

/** Looks no deeper than the limit, so that a value of 50,000 brackets costs no more than one of ten. */
export function variablesProblem(value: unknown, depth = 0): GraphQLError | null {
  if (typeof value !== 'object' || value === null) return null
  if (depth > variablesDepthMax) {
    const message = `Variables are at most ${variablesDepthMax} levels deep. Send flatter values.`
    return limitError('VARIABLES_TOO_DEEP', message, { limit: variablesDepthMax })
  }
  const inner = Object.values(value)
  if (!Array.isArray(value) && inner.length > objectKeysMax) {
    const message = `An object in variables has at most ${objectKeysMax} keys; one has ${inner.length}.`
    return limitError('VARIABLES_TOO_WIDE', message, { limit: objectKeysMax, came: inner.length })
  }
  for (const item of inner) {
    const problem = variablesProblem(item, depth + 1)
    if (problem) return problem
  }
  return null
}
