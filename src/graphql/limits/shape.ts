/**
 * How large an operation is as it would be executed, without executing it. Each fragment is measured once, whatever
 * the number of its spreads, so the time is linear in the document also where the size is exponential in it.
 */
import { type DocumentNode, Kind, type OperationDefinitionNode, type SelectionSetNode } from 'graphql'

export interface Shape {
  depth: number
  /** Depth below `__schema` and `__type`, these included. */
  introspectionDepth: number
  aliases: number
  directives: number
  /** Fields directly in this selection set. */
  fields: number
}

const nothing: Shape = { depth: 0, introspectionDepth: 0, aliases: 0, directives: 0, fields: 0 }

export function measureShapes(document: DocumentNode): Map<OperationDefinitionNode, Shape> {
  const fragments = new Map<string, { set: SelectionSetNode; directives: number }>()
  const measured = new Map<string, Shape>()
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.FRAGMENT_DEFINITION) continue
    const directives = definition.directives?.length ?? 0
    fragments.set(definition.name.value, { set: definition.selectionSet, directives })
  }

  const ofFragment = (name: string): Shape => {
    const known = measured.get(name)
    if (known) return known
    const fragment = fragments.get(name)
    if (!fragment) return nothing
    // A fragment that comes back to itself meets this and ends; such a document is invalid and never executed.
    measured.set(name, nothing)
    const shape = plus(ofSet(fragment.set), { directives: fragment.directives })
    measured.set(name, shape)
    return shape
  }

  const ofSet = (set: SelectionSetNode): Shape => {
    let total = nothing
    for (const selection of set.selections) {
      const directives = selection.directives?.length ?? 0
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        total = plus(total, ofFragment(selection.name.value), { directives })
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        total = plus(total, ofSet(selection.selectionSet), { directives })
      } else {
        const inner = selection.selectionSet ? ofSet(selection.selectionSet) : nothing
        const aliases = inner.aliases + (selection.alias ? 1 : 0)
        const isIntrospection = selection.name.value === '__schema' || selection.name.value === '__type'
        total = plus(total, {
          depth: isIntrospection ? 1 : inner.depth + 1,
          introspectionDepth: isIntrospection ? inner.depth + 1 : inner.introspectionDepth,
          aliases,
          directives: inner.directives + directives,
          fields: 1,
        })
      }
    }
    return total
  }

  const shapes = new Map<OperationDefinitionNode, Shape>()
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue
    const onVariables = definition.variableDefinitions?.map(({ directives }) => directives?.length ?? 0) ?? []
    const own = onVariables.reduce((sum, count) => sum + count, definition.directives?.length ?? 0)
    shapes.set(definition, plus(ofSet(definition.selectionSet), { directives: own }))
  }
  return shapes
}

/** Side by side: depths do not add up, everything else does. */
function plus(...parts: Partial<Shape>[]): Shape {
  const sum = { ...nothing }
  for (const part of parts) {
    sum.depth = Math.max(sum.depth, part.depth ?? 0)
    sum.introspectionDepth = Math.max(sum.introspectionDepth, part.introspectionDepth ?? 0)
    sum.aliases += part.aliases ?? 0
    sum.directives += part.directives ?? 0
    sum.fields += part.fields ?? 0
  }
  return sum
}
