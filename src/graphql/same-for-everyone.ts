/**
 * Which operations may be executed once for many subscribers: those whose every field depends on its parent and its
 * arguments alone, never on who asks. Types say it of all their fields, and a subscription's root field of itself; who may
 * watch is decided by its `subscribe`, which runs for each subscriber.
 */
import {
  type DocumentNode,
  type GraphQLSchema,
  isObjectType,
  print,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql'

export const sameForEveryone = { sameForEveryone: true } as const

/** A longer operation is one that nobody else sends. */
const keyCharsMax = 4_000

export interface OperationToShare {
  schema: GraphQLSchema
  document: DocumentNode
  operationName?: string | null | undefined
  variableValues?: { readonly [name: string]: unknown } | null | undefined
}

/** Equal for operations that are answered equally; null for one whose answer may depend on who asks. */
export function shareKeyOf(operation: OperationToShare): string | null {
  const { schema, document, operationName, variableValues } = operation
  if (!isSameForEveryone(schema, document)) return null
  const variables = Object.entries(variableValues ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))
  const key = JSON.stringify([print(document), operationName ?? null, variables])
  return key.length <= keyCharsMax ? key : null
}

function isSameForEveryone(schema: GraphQLSchema, document: DocumentNode): boolean {
  const root = schema.getSubscriptionType()
  const types = new TypeInfo(schema)
  let same = true
  visit(
    document,
    visitWithTypeInfo(types, {
      Field({ name }) {
        const parent = types.getParentType()
        if (!isObjectType(parent)) same = false
        else if (parent === root) same &&= types.getFieldDef()?.extensions.sameForEveryone === true
        else same &&= name.value === '__typename' || parent.extensions.sameForEveryone === true
      },
    }),
  )
  return same
}
