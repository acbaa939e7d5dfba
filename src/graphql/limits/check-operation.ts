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
import { variablesProblem } from './variables.ts'

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
  const { coercionErrorsMax, costMax } = graphqlLimits

  const misshapen = variablesProblem(variables)
  if (misshapen) return { errors: [misshapen] }
  const { errors, coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], variables, {
    maxErrors: coercionErrorsMax,
    hideSuggestions: !suggestions,
  })
  if (errors) return { errors: errors.map((error) => withExtensions(error, { code: 'BAD_USER_INPUT' })) }
  const problems = argumentProblems(schema, document, operation, coerced)
  if (problems.length > 0) return { errors: problems }
  const cost = Math.max(1, costOf({ schema, document, operation, variables: coerced }))
  if (cost <= costMax) return { cost }
  const message =
    `An operation costs at most ${printCount(costMax)} points; this one costs ${printCount(cost)}. A field is one ` +
    'point, times the items of the lists around it: ask for smaller pages or fewer fields.'
  return { errors: [limitError('TOO_COSTLY', message, { limit: costMax, came: cost }, operation)] }
}
