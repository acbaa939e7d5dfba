/**
 * Lengths of lists, sizes of pages, and card numbers in the arguments of an operation, written out or given by
 * variables.
 */
import {
  type ArgumentNode,
  type DocumentNode,
  type GraphQLArgument,
  type GraphQLError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  TypeInfo,
  type ValueNode,
  visit,
  visitWithTypeInfo,
} from 'graphql'
import { cardNumberProblem } from './card-numbers.ts'
import { graphqlLimits, hintsOf } from './graphql-limits.ts'
import { limitError, printCount } from './limit-error.ts'

type Variables = Readonly<Record<string, unknown>>

export function argumentProblems(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Variables,
): GraphQLError[] {
  const problems: GraphQLError[] = []
  const types = new TypeInfo(schema)
  const visitor = visitWithTypeInfo(types, {
    Argument(node) {
      const argument = types.getArgument()
      if (!argument) return
      const isPage = types.getFieldDef()?.args.some(({ name }) => name === 'first') ?? false
      const problem =
        listProblem(node, argument, variables) ??
        (isPage ? pageProblem(node, variables) : null) ??
        cardNumberProblem(node, argument, variables)
      if (problem) problems.push(problem)
    },
  })
  for (const definition of document.definitions) {
    if (definition === operation || definition.kind === Kind.FRAGMENT_DEFINITION) visit(definition, visitor)
  }
  return problems
}

function listProblem(
  node: ArgumentNode,
  argument: GraphQLArgument,
  variables: Variables,
): GraphQLError | null {
  const limit = hintsOf(argument).listItemsMax ?? graphqlLimits.listItemsMax
  const came = longestInNode(node.value, variables)
  if (came <= limit) return null
  const message =
    `A list in the argument "${node.name.value}" has at most ${printCount(limit)} items; this one has ` +
    `${printCount(came)}. Send several requests.`
  return limitError('LIST_TOO_LONG', message, { limit, came }, node)
}

function longestInNode(value: ValueNode, variables: Variables): number {
  switch (value.kind) {
    case Kind.VARIABLE:
      return longestInValue(variables[value.name.value])
    case Kind.LIST:
      return value.values.reduce(
        (longest, item) => Math.max(longest, longestInNode(item, variables)),
        value.values.length,
      )
    case Kind.OBJECT:
      return value.fields.reduce(
        (longest, field) => Math.max(longest, longestInNode(field.value, variables)),
        0,
      )
    default:
      return 0
  }
}

/** The depth of variables is checked before, which bounds this recursion. */
function longestInValue(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  const own = Array.isArray(value) ? value.length : 0
  return Object.values(value).reduce<number>((longest, item) => Math.max(longest, longestInValue(item)), own)
}

function pageProblem({ name, value }: ArgumentNode, variables: Variables): GraphQLError | null {
  if (name.value !== 'first' && name.value !== 'last') return null
  const limit = graphqlLimits.pageSizeMax
  const size =
    value.kind === Kind.INT
      ? Number(value.value)
      : value.kind === Kind.VARIABLE
        ? variables[value.name.value]
        : null
  if (typeof size !== 'number' || (size >= 0 && size <= limit)) return null
  const message = `"${name.value}" is a page size from 0 to ${limit}; this request asked for ${size}.`
  return limitError('BAD_PAGE', message, { limit, came: size }, value)
}
