/** An operation that came over the socket, made ready to run: the same checks as over HTTP, subscriptions only. */
import { type ExecutionArgs, GraphQLError, getOperationAST, parse, validate } from 'graphql'
import { schema } from './schema.ts'

export interface OperationRequest {
  query: string
  operationName?: string | null | undefined
  variables?: Record<string, unknown> | null | undefined
}

export function prepareSubscription(request: OperationRequest): ExecutionArgs | readonly GraphQLError[] {
  try {
    const document = parse(request.query, { maxTokens: 1_000 })
    const invalid = validate(schema, document)
    if (invalid.length > 0) return invalid
    const operation = getOperationAST(document, request.operationName)
    if (operation?.operation !== 'subscription') {
      const message =
        'This socket serves subscriptions only. Send queries and mutations by HTTP to the same path.'
      return [new GraphQLError(message, { extensions: { code: 'SUBSCRIPTIONS_ONLY' } })]
    }
    return {
      schema,
      document,
      operationName: request.operationName,
      variableValues: request.variables,
    }
  } catch (error) {
    if (error instanceof GraphQLError) return [error]
    throw error
  }
}
