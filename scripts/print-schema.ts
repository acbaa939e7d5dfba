/**
 * Prints the GraphQL schema, sorted, to schema/schema.graphql. With --check it writes nothing and fails when the
 * committed file differs from what the code says.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { lexicographicSortSchema, printSchema } from 'graphql'
import { schema } from '../src/graphql/schema.ts'

const file = new URL('../schema/schema.graphql', import.meta.url)
const printed = `${printSchema(lexicographicSortSchema(schema))}\n`

if (!process.argv.includes('--check')) {
  writeFileSync(file, printed)
} else if (read() !== printed) {
  console.error(
    'schema/schema.graphql is not what src/graphql says.\n' +
      'Expected the file to be the printed schema. Run `node scripts/print-schema.ts` and commit the difference.',
  )
  process.exit(1)
}

function read(): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
