/**
 * No card number may reach us, in whatever argument it stands. What looks like one is refused before the operation
 * runs, so nothing behind this can store, send on, or log it.
 */
import { type ArgumentNode, type GraphQLArgument, type GraphQLError, Kind, type ValueNode } from 'graphql'
import { looksLikeCardNumber } from '../../payment/index.ts'
import { hintsOf } from './graphql-limits.ts'
import { cardNumberError } from './limit-error.ts'

type Variables = Readonly<Record<string, unknown>>

export function cardNumberProblem(
  node: ArgumentNode,
  argument: GraphQLArgument,
  variables: Variables,
): GraphQLError | null {
  if (hintsOf(argument).refusesCardNumbers) return null
  return isInNode(node.value, variables) ? cardNumberError(node) : null
}

function isInNode(value: ValueNode, variables: Variables): boolean {
  switch (value.kind) {
    case Kind.STRING:
    case Kind.INT:
    case Kind.FLOAT:
      return looksLikeCardNumber(value.value)
    case Kind.VARIABLE:
      return isInValue(variables[value.name.value])
    case Kind.LIST:
      return value.values.some((item) => isInNode(item, variables))
    case Kind.OBJECT:
      return value.fields.some((field) => isInNode(field.value, variables))
    default:
      return false
  }
}

/** The depth of variables is checked before, which bounds this recursion. */
function isInValue(value: unknown): boolean {
  if (typeof value === 'string' || typeof value === 'number') return looksLikeCardNumber(String(value))
  return typeof value === 'object' && value !== null && Object.values(value).some(isInValue)
}
