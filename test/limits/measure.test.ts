import fc from 'fast-check'
import { getOperationAST, parse } from 'graphql'
import { expect, test } from 'vitest'
import { costOf } from '../../src/graphql/limits/cost.ts'
import { measureShapes } from '../../src/graphql/limits/shape.ts'
import { schema } from './limits-world.ts'

/** A selection on Show: spreads name a fragment by its number. */
type Selection =
  | { kind: 'leaf'; alias: boolean; directive: boolean }
  | { kind: 'list'; inner: Selection[] }
  | { kind: 'page'; size: number; inner: Selection[] }
  | { kind: 'spread'; fragment: number }

const { selection } = fc.letrec<{ selection: Selection }>((tie) => ({
  selection: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    fc.record({ kind: fc.constant('leaf' as const), alias: fc.boolean(), directive: fc.boolean() }),
    fc.record({ kind: fc.constant('spread' as const), fragment: fc.nat(4) }),
    fc.record({ kind: fc.constant('list' as const), inner: fc.array(tie('selection'), { maxLength: 3 }) }),
    fc.record({
      kind: fc.constant('page' as const),
      size: fc.nat(100),
      inner: fc.array(tie('selection'), { maxLength: 3 }),
    }),
  ),
}))

/** Fragment n may spread those above n only, so that nothing runs in circles. */
const documents = fc.record({
  root: fc.array(selection, { minLength: 1, maxLength: 4 }),
  fragments: fc.array(fc.array(selection, { maxLength: 3 }), { minLength: 5, maxLength: 5 }),
})

interface Printer {
  fragments: Selection[][]
  inline: boolean
}

function print(selections: Selection[], from: number, printer: Printer): string {
  const printOne = (part: Selection): string => {
    switch (part.kind) {
      case 'leaf':
        return `${part.alias ? 'a: ' : ''}id ${part.directive ? '@include(if: true)' : ''}`
      case 'list':
        return `seats { show { ${print(part.inner, from, printer)} } }`
      case 'page':
        return `shows(first: ${part.size}) { edges { node { ${print(part.inner, from, printer)} } } }`
      case 'spread': {
        const { fragment } = part
        if (fragment < from) return 'id'
        if (!printer.inline) return `...F${fragment}`
        return `... on Show { ${print(printer.fragments[fragment] ?? [], fragment + 1, printer)} }`
      }
    }
  }
  return ['title', ...selections.map(printOne)].join(' ')
}

function measure(text: string) {
  const document = parse(text)
  const operation = getOperationAST(document)
  if (!operation) throw new Error('no operation')
  const cost = costOf({ schema, document, operation, variables: {} })
  return { cost, shape: measureShapes(document).get(operation) }
}

test('an operation measures the same with its fragments as with everything written out', () => {
  fc.assert(
    fc.property(documents, ({ root, fragments }) => {
      const spread = { fragments, inline: false }
      const definitions = fragments.map(
        (inner, at) => `fragment F${at} on Show { ${print(inner, at + 1, spread)} }`,
      )
      const short = `{ show(id: 1) { ${print(root, 0, spread)} } } ${definitions.join('\n')}`
      const long = `{ show(id: 1) { ${print(root, 0, { fragments, inline: true })} } }`
      expect(measure(short)).toEqual(measure(long))
    }),
    { numRuns: 300 },
  )
})

test('asking for more never costs less', () => {
  fc.assert(
    fc.property(documents, selection, ({ root, fragments }, more) => {
      const inline = { fragments, inline: true }
      const costOfRoot = (selections: Selection[]) =>
        measure(`{ show(id: 1) { ${print(selections, 0, inline)} } }`).cost
      expect(costOfRoot([...root, more])).toBeGreaterThanOrEqual(costOfRoot(root))
    }),
    { numRuns: 300 },
  )
})
