/**
 * What an operation costs at most, in points. A field is one point, or what its hint says; `__typename` is free.
 * What is inside a list counts once per item:
 *
 * - on a connection (a field with `first` or `last`) the page size asked for, else the default one;
 * - on any other list its `listSize` hint, else the assumed length;
 * - introspection answers from memory, so its lists count once.
 *
 * The branches of a union are added up, `@skip` and `@include` are not looked at: the cost may be too high, never too
 * low. Each fragment is costed once. Because its lists may belong to a page whose size only the spread's place tells,
 * a cost is kept as `fixed + perItem × size` until the connection around it is known.
 */
import {
  type DocumentNode,
  type FieldNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  SchemaMetaFieldDef,
  type SelectionSetNode,
  TypeMetaFieldDef,
} from 'graphql'
import { graphqlLimits, hintsOf } from './graphql-limits.ts'

interface Cost {
  fixed: number
  perItem: number
}

export interface CostInput {
  schema: GraphQLSchema
  document: DocumentNode
  operation: OperationDefinitionNode
  /** After coercion, with defaults. */
  variables: Readonly<Record<string, unknown>>
}

const { listSizeAssumed, pageSizeDefault } = graphqlLimits
const none: Cost = { fixed: 0, perItem: 0 }

export function costOf({ schema, document, operation, variables }: CostInput): number {
  const fragments = new Map<string, { on: string; set: SelectionSetNode }>()
  const known = new Map<string, Cost>()
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.FRAGMENT_DEFINITION) continue
    const on = definition.typeCondition.name.value
    fragments.set(definition.name.value, { on, set: definition.selectionSet })
  }

  const ofFragment = (name: string): Cost => {
    const before = known.get(name)
    if (before) return before
    const fragment = fragments.get(name)
    if (!fragment) return none
    // See measureShapes: this ends a cycle, which is refused elsewhere.
    known.set(name, none)
    const cost = ofSet(fragment.set, schema.getType(fragment.on))
    known.set(name, cost)
    return cost
  }

  const ofSet = (set: SelectionSetNode, parent: GraphQLNamedType | undefined): Cost => {
    const total = { ...none }
    for (const selection of set.selections) {
      const cost =
        selection.kind === Kind.FIELD
          ? ofField(selection, parent)
          : selection.kind === Kind.FRAGMENT_SPREAD
            ? ofFragment(selection.name.value)
            : ofSet(
                selection.selectionSet,
                selection.typeCondition ? schema.getType(selection.typeCondition.name.value) : parent,
              )
      total.fixed += cost.fixed
      total.perItem += cost.perItem
    }
    return total
  }

  const ofField = (node: FieldNode, parent: GraphQLNamedType | undefined): Cost => {
    if (node.name.value === '__typename') return none
    const field = fieldOf(schema, parent, node.name.value)
    const own = hintsOf(field).cost ?? 1
    if (!field || !node.selectionSet) return { fixed: own, perItem: 0 }
    const type = getNamedType(field.type)
    const inner = ofSet(node.selectionSet, type)
    const pageSize = pageSizeOf(field, node, variables)
    if (pageSize !== null) return { fixed: own + inner.fixed + inner.perItem * pageSize, perItem: 0 }
    const whole = inner.fixed + inner.perItem * listSizeAssumed
    const lists = listsIn(field)
    if (lists === 0 || type.name.startsWith('__')) return { fixed: own + whole, perItem: 0 }
    // Lists of lists: the outermost has its own size, those inside are assumed.
    const perItem = whole * listSizeAssumed ** (lists - 1)
    const { listSize } = hintsOf(field)
    if (listSize !== undefined) return { fixed: own + perItem * listSize, perItem: 0 }
    return { fixed: own, perItem }
  }

  const { fixed, perItem } = ofSet(
    operation.selectionSet,
    schema.getRootType(operation.operation) ?? undefined,
  )
  return fixed + perItem * listSizeAssumed
}

/** `__schema` and `__type` are fields of the query type that it does not list. */
function fieldOf(
  schema: GraphQLSchema,
  parent: GraphQLNamedType | undefined,
  name: string,
): GraphQLField<unknown, unknown> | undefined {
  if (!isObjectType(parent) && !isInterfaceType(parent)) return undefined
  if (parent === schema.getQueryType() && name === SchemaMetaFieldDef.name) return SchemaMetaFieldDef
  if (parent === schema.getQueryType() && name === TypeMetaFieldDef.name) return TypeMetaFieldDef
  return parent.getFields()[name]
}

/** Null: the field is no connection. */
function pageSizeOf(
  field: GraphQLField<unknown, unknown>,
  node: FieldNode,
  variables: Readonly<Record<string, unknown>>,
): number | null {
  const sizes = field.args.filter(({ name }) => name === 'first' || name === 'last')
  if (sizes.length === 0) return null
  const asked = sizes.flatMap(({ name, defaultValue }) => {
    const value = node.arguments?.find((argument) => argument.name.value === name)?.value
    const size =
      value?.kind === Kind.INT
        ? Number(value.value)
        : value?.kind === Kind.VARIABLE
          ? variables[value.name.value]
          : defaultValue
    return typeof size === 'number' ? [Math.max(0, size)] : []
  })
  return asked.length > 0 ? Math.max(...asked) : pageSizeDefault
}

function listsIn(field: GraphQLField<unknown, unknown>): number {
  let lists = 0
  let type: unknown = field.type
  while (isListType(type) || isNonNullType(type)) {
    if (isListType(type)) lists += 1
    type = type.ofType
  }
  return lists
}
