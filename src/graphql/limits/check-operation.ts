/** The limits that depend on variables, checked after validation and before anything is executed. */
import {
  type DocumentNode,
  type GraphQLError,
  type GraphQLSchema,
  getVariableValues,
  type OperationDefinitionNode,
} from 'graphql'
import { argumentProblems } from './arguments.ts'
import { costOf } from './cost.ts'
import { graphqlLimits } from './graphql-limits.ts'
import { limitError, printCount, withExtensions } from './limit-error.ts'

export interface OperationToCheck {
  schema: GraphQLSchema
  document: DocumentNode
  operation: OperationDefinitionNode
  variables: Readonly<Record<string, unknown>> | null | undefined
  /** Whether errors may suggest names out of the schema. */
  suggestions: boolean
}

export type CheckedOperation =
  | { errors: readonly GraphQLError[]; cost?: never }
  | { errors?: never; cost: number }

export function checkOperation(request: OperationToCheck): CheckedOperation {
  const { schema, document, operation, suggestions } = request
  const variables = request.variables ?? {}
  const { variablesDepthMax, coercionErrorsMax, costMax } = graphqlLimits

  if (isDeeperThan(variables, variablesDepthMax)) {
    const message = `Variables are at most ${variablesDepthMax} levels deep. Send flatter values.`
    return { errors: [limitError('VARIABLES_TOO_DEEP', message, { limit: variablesDepthMax })] }
  }
  const { errors, coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], variables, {
    maxErrors: coercionErrorsMax,
    hideSuggestions: !suggestions,
  })
  if (errors) return { errors: errors.map((error) => withExtensions(error, { code: 'BAD_USER_INPUT' })) }
  const problems = argumentProblems(schema, document, operation, coerced)
  if (problems.length > 0) return { errors: problems }
  const cost = costOf({ schema, document, operation, variables: coerced })
  if (cost <= costMax) return { cost }
  const message =
    `An operation costs at most ${printCount(costMax)} points; this one costs ${printCount(cost)}. A field is one ` +
    'point, times the items of the lists around it: ask for smaller pages or fewer fields.'
  return { errors: [limitError('TOO_COSTLY', message, { limit: costMax, came: cost }, operation)] }
}

/** Looks no deeper than the limit, so that a value of 50,000 brackets costs no more than one of ten. */
function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (levels < 0) return true
  return Object.values(value).some((inner) => isDeeperThan(inner, levels - 1))
}
