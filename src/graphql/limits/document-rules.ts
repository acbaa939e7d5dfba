/** The limits that a document keeps or breaks by itself, whatever its variables are, as rules of validation. */
import {
  type GraphQLError,
  NoSchemaIntrospectionCustomRule,
  type OperationDefinitionNode,
  type ValidationRule,
} from 'graphql'
import { graphqlLimits } from './graphql-limits.ts'
import { type LimitCode, limitError, printCount } from './limit-error.ts'
import { measureShapes, type Shape } from './shape.ts'

/** Beside the rules of the GraphQL specification. */
export function documentRules(options: { introspection: boolean }): ValidationRule[] {
  return options.introspection ? [shapeRule] : [shapeRule, NoSchemaIntrospectionCustomRule]
}

const shapeRule: ValidationRule = (context) => ({
  Document(document) {
    for (const [operation, shape] of measureShapes(document)) {
      for (const error of problemsOf(operation, shape)) context.reportError(error)
    }
  },
})

const { depthMax, introspectionDepthMax, aliasesMax, directivesMax, rootFieldsMax } = graphqlLimits

function problemsOf(operation: OperationDefinitionNode, shape: Shape): GraphQLError[] {
  const problems: GraphQLError[] = []
  const check = (code: LimitCode, came: number, limit: number, rule: string, remedy: string) => {
    if (came <= limit) return
    const message = `${rule}; this one ${code === 'TOO_DEEP' ? 'goes' : 'has'} ${printCount(came)}. ${remedy}`
    problems.push(limitError(code, message, { limit, came }, operation))
  }
  check(
    'TOO_DEEP',
    shape.depth,
    depthMax,
    `An operation goes at most ${depthMax} fields deep`,
    'Ask for the inner objects by their ids in another request.',
  )
  check(
    'TOO_DEEP',
    shape.introspectionDepth,
    introspectionDepthMax,
    `Introspection goes at most ${introspectionDepthMax} fields deep`,
    'The standard introspection query stays below that.',
  )
  check(
    'TOO_MANY_ALIASES',
    shape.aliases,
    aliasesMax,
    `An operation has at most ${aliasesMax} aliases, fragments counted wherever they are spread`,
    'Send several requests.',
  )
  check(
    'TOO_MANY_DIRECTIVES',
    shape.directives,
    directivesMax,
    `An operation has at most ${directivesMax} directives, fragments counted wherever they are spread`,
    'Leave fields out instead of switching them off.',
  )
  check(
    'TOO_MANY_ROOT_FIELDS',
    shape.fields,
    rootFieldsMax,
    `An operation has at most ${rootFieldsMax} root fields`,
    'Send several requests.',
  )
  return problems
}
