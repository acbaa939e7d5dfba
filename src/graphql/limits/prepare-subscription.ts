/**
 * An operation made ready to run by whoever has no server that does it, as the WebSocket: read, validated and held to
 * every limit, with the codes that Apollo gives the same errors over HTTP.
 */
import {
  type DocumentNode,
  type ExecutionArgs,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  parse,
  specifiedRules,
  validate,
} from 'graphql'
import { checkOperation } from './check-operation.ts'
import { documentRules } from './document-rules.ts'
import { graphqlLimits } from './graphql-limits.ts'
import { withExtensions } from './limit-error.ts'
import { asParseError, parseOptions } from './read-document.ts'

export interface OperationRequest {
  query: string
  operationName?: string | null | undefined
  variables?: Record<string, unknown> | null | undefined
}

export interface PrepareOptions {
  schema: GraphQLSchema
  introspection: boolean
}

export interface PreparedOperation extends ExecutionArgs {
  /** In points, for limits on how much a caller may ask for in a while. */
  cost: number
}

export function prepareSubscription(
  { schema, introspection }: PrepareOptions,
  request: OperationRequest,
): PreparedOperation | readonly GraphQLError[] {
  const { query, operationName, variables } = request
  const document = read(query)
  if (document instanceof GraphQLError) return [document]

  const rules = [...specifiedRules, ...documentRules({ introspection })]
  const invalid = validate(schema, document, rules, {
    maxErrors: graphqlLimits.validationErrorsMax,
    hideSuggestions: !introspection,
  })
  if (invalid.length > 0) {
    const code = 'GRAPHQL_VALIDATION_FAILED'
    return invalid.map((error) => withExtensions(error, { code, ...error.extensions }))
  }

  const operation = getOperationAST(document, operationName)
  if (!operation) {
    const message = operationName
      ? 'There is no operation of this name in the document.'
      : 'There are several operations in the document: say which by "operationName".'
    return [new GraphQLError(message, { extensions: { code: 'OPERATION_RESOLUTION_FAILURE' } })]
  }
  if (operation.operation !== 'subscription') {
    const message =
      'This socket serves subscriptions only. Send queries and mutations by HTTP to the same path.'
    return [new GraphQLError(message, { extensions: { code: 'SUBSCRIPTIONS_ONLY' } })]
  }

  const checked = checkOperation({ schema, document, operation, variables, suggestions: introspection })
  if (checked.errors) return checked.errors
  return {
    schema,
    document,
    operationName,
    variableValues: variables,
    cost: checked.cost,
    hideSuggestions: !introspection,
    options: { maxCoercionErrors: graphqlLimits.coercionErrorsMax },
  }
}

function read(query: string): DocumentNode | GraphQLError {
  try {
    return parse(query, parseOptions)
  } catch (error) {
    if (error instanceof GraphQLError) return asParseError(error)
    throw error
  }
}
